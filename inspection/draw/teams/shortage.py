"""Why a complete match does not exist, as numbers a person can act on: Hall's violating sets, each apart from the
others (draw.md §4.11, step A).

Only counts and requirements leave this file: which objects were drawn, and who could go there, is secret when a
shortage shows.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inspection.draw.teams.alone import NO_LIMIT
from inspection.draw.teams.feasibility import Flow, SeatCut, least_cap
from inspection.draw.teams.matching import Door, Instance, Wanted, match, pool


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody must have for a seat. `elsewhere`: how many have all of it but work in other areas only."""

    required: tuple[str, ...] = ()
    expertise: str | None = None
    unit: str | None = None
    area: str | None = None
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One independent set of objects that cannot be staffed.

    `places` = people-places they need, `people` = inspectors (or teams, where these are formed first) who may go to any
    of them, `capacity` = places these can fill, `short` = the rest. `more_people` = different persons missing at the
    worst object, whatever the load: no higher cap helps there. What would help, each alone: everybody takes `cap`
    doors; `add` more people who have what is needed; `batches` one after the other. None: that does not help.
    """

    objects: int
    places: int
    people: int
    capacity: int
    short: int
    more_people: int
    cap: int | None = None
    add: int | None = None
    batches: int | None = None
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortage:
    """All bottlenecks, the largest first; the least load cap under which the match is complete (`None`: no cap is
    enough); `fits`: how many of `doors` objects could be staffed, drawn in the same mix.
    """

    bottlenecks: tuple[Bottleneck, ...]
    cap_needed: int | None
    doors: int
    fits: int | None
    teams: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """Doors that need the same from the same people: one of them, their number, and what each seat asks for (where a
    team takes the door: all that its seats do).
    """

    door: Door
    count: int
    needs: tuple[tuple[Need, ...], ...] = ()


def explain(kinds: Sequence[Kind], people: int, cap: int, *, scale: int = 1, teams: bool = False) -> Shortage | None:
    """What is short, None where nothing is. `scale`: into how many parts the counts of doors are cut, where they are
    expectations; the cap counts whole doors.
    """
    flow = Flow([(kind.door, kind.count) for kind in kinds], people, cap * scale)
    if not flow.lacking:
        return None
    cut = flow.cut()
    parts: dict[int, list[SeatCut]] = defaultdict(list)
    for seat in cut.seats:
        parts[seat.part].append(seat)
    crowd = _Crowd(people, cap, scale, teams)
    found = [_bottleneck(crowd, kinds, seats) for seats in parts.values() if sum(seat.short for seat in seats)]
    found.sort(key=lambda one: (-one.short, one.objects))
    caps = [one.cap for one in found]
    total = _up(sum(kind.count for kind in kinds), scale)
    share = [total * one.capacity // one.places for one in found if not one.more_people]
    return Shortage(
        tuple(found),
        None if None in caps else max(one for one in caps if one is not None),
        total,
        min(share) if len(share) == len(found) else None,
        teams,
    )


@dataclass(frozen=True, slots=True)
class _Crowd:
    people: int
    cap: int
    scale: int
    teams: bool


def _up(count: int, scale: int) -> int:
    return -(-count // scale)


def _bottleneck(crowd: _Crowd, kinds: Sequence[Kind], seats: Sequence[SeatCut]) -> Bottleneck:
    doors = _parts_of_doors(kinds, seats)
    places = sum(door.slots * count for door, count in doors)
    short = sum(seat.short for seat in seats)
    eligible = {one for door, _ in doors for seat in door.seats for one in seat.pool.anyone - set(door.barred)}
    missing = max(_missing(door, crowd.people) for door, _ in doors)
    cap = None if missing else least_cap(doors, crowd.people, crowd.cap * crowd.scale)
    capacity = places - short
    return Bottleneck(
        objects=_up(sum(count for _, count in doors), crowd.scale),
        places=_up(places, crowd.scale),
        people=len(eligible),
        capacity=_up(places, crowd.scale) - _up(short, crowd.scale),
        short=_up(short, crowd.scale),
        more_people=missing,
        cap=None if cap is None else _up(cap, crowd.scale),
        add=_add(crowd, doors, short, missing),
        batches=-(-places // capacity) if capacity and not missing else None,
        needs=_needs(kinds, seats, teams=crowd.teams),
    )


def _parts_of_doors(kinds: Sequence[Kind], seats: Sequence[SeatCut]) -> list[tuple[Door, int]]:
    """The doors of a bottleneck with those of their seats that belong to it: whoever sits in the others is of no use
    here, or these would belong to it as well.
    """
    chosen: dict[int, list[int]] = defaultdict(list)
    for seat in seats:
        chosen[seat.kind].append(seat.seat)
    found = []
    for kind, places in sorted(chosen.items()):
        door = kinds[kind].door
        found.append((replace(door, seats=tuple(door.seats[place] for place in sorted(places))), kinds[kind].count))
    return found


def _needs(kinds: Sequence[Kind], seats: Sequence[SeatCut], *, teams: bool) -> tuple[Need, ...]:
    """Each requirement once; expertise only where it is experts that lack."""
    told = [
        need if seat.experts_only or teams else replace(need, expertise=None)
        for seat in seats
        for asked in kinds[seat.kind].needs[seat.seat : seat.seat + 1]
        for need in asked
    ]
    return tuple(dict.fromkeys(told))


def _missing(door: Door, people: int) -> int:
    """How many different persons a door lacks when nobody is busy elsewhere."""
    away = len(door.barred)
    slots = door.slots
    if all(
        len(seat.pool.anyone) - away >= slots and (not seat.experts or len(seat.pool.expert) - away >= slots)
        for seat in door.seats
    ):
        return 0
    return slots - match(Instance((door,), people, NO_LIMIT), lambda _door, _slot, _n: 0, 0).size


def _add(crowd: _Crowd, doors: Sequence[tuple[Door, int]], short: int, missing: int) -> int | None:
    """The least number of people who would be enough if they could fill all the seats that lack."""
    each = min(crowd.cap * crowd.scale, sum(count for _, count in doors))
    if not each:
        return None
    more = max(missing, -(-short // each))
    while True:
        added = range(crowd.people, crowd.people + more)
        wider = [(_widened(door, added), count) for door, count in doors]
        flow = Flow(wider, crowd.people + more, crowd.cap * crowd.scale)
        if not flow.lacking:
            return more
        more += -(-flow.lacking // each)


def _widened(door: Door, added: range) -> Door:
    seats = [
        Wanted(pool([*seat.pool.anyone, *added], [*seat.pool.expert, *added]), seat.slots, seat.experts)
        for seat in door.seats
    ]
    return replace(door, seats=tuple(seats))
