"""One door seated by a few people and nobody else: the last team, or a team formed beforehand."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from inspection.draw.teams.matching import Door, Instance, Wanted, match, pool

NO_LIMIT = 1 << 30
NO_LOADS: Mapping[int, int] = MappingProxyType({})

# (slots, experts, who may fill it, who is an expert)
_Shape: TypeAlias = tuple[int, int, tuple[int, ...], tuple[int, ...]]


def alone(door: Door, members: Sequence[int], loads: Mapping[int, int] = NO_LOADS) -> tuple[int, ...] | None:
    """Who of the members sits there, by slot: always the first in lot order among those with the least load.

    None when they cannot fill it. `loads`: doors that a member has already, 0 where not named; there is no limit.
    """
    people = sorted(set(members) - set(door.barred))
    shapes = tuple(
        (
            seat.slots,
            seat.experts,
            tuple(place for place, one in enumerate(people) if one in seat.pool.anyone),
            tuple(place for place, one in enumerate(people) if one in seat.pool.expert),
        )
        for seat in door.seats
    )
    least = min((loads.get(one, 0) for one in people), default=0)
    seated = _seated(shapes, tuple(loads.get(one, 0) - least for one in people))
    return None if seated is None else tuple(people[place] for place in seated)


@lru_cache(maxsize=4096)
def _seated(shapes: tuple[_Shape, ...], loads: tuple[int, ...]) -> tuple[int, ...] | None:
    seats = tuple(Wanted(pool(people, experts), slots, quota) for slots, quota, people, experts in shapes)
    instance = Instance((Door(seats),), len(loads), NO_LIMIT, loads)
    table = match(instance, lambda _door, _slot, _n: 0, 0, whole=False)
    return table.team(0) if table.complete else None
