"""Step A before the ceremony, in counts: whether any object could be staffed if it were drawn, and whether all that are
drawn can be, in the mix to be expected (draw.md §4.11).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from inspection.draw.lot.frame import CellKey
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.alone import alone
from inspection.draw.teams.crowd import Crowd
from inspection.draw.teams.groups import Team, form_teams, team_instance
from inspection.draw.teams.matching import Door
from inspection.draw.teams.roster import Roster
from inspection.draw.teams.rules import GROUPED, MatchRules, Where
from inspection.draw.teams.shortage import Kind, Shortage, explain
from inspection.draw.teams.why import needs_at

FINE = 1000
"""Doors are expected in fractions; a maximum flow counts them in thousandths."""
MOST = 1 << 30
"""What a maximum flow can count."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """`people`: inspectors who may go at all; `unstaffable`: eligible objects that too few of them may visit; `doors`
    to be expected, with `places`, against `capacity` (None: no limit); `shortage`: what lacks in the expected mix.
    """

    people: int
    unstaffable: int
    doors: int
    places: int
    capacity: int | None
    shortage: Shortage | None

    @property
    def good(self) -> bool:
        return not self.unstaffable and self.shortage is None


@dataclass(frozen=True, slots=True)
class _Sort:
    """Doors that need the same: which tasks have drawn them, and the area where that matters."""

    tasks: tuple[int, ...]
    area: str | None

    def lot(self, oid: str = "") -> DoorLot:
        return DoorLot(b"", oid, 0, self.tasks, self.area)


def outlook(
    roster: Roster,
    rules: MatchRules,
    rows: Iterable[tuple[str | None, Where, int]],
    chances: Mapping[CellKey, Fraction],
) -> Outlook:
    """`rows`: (code, where, how many): every eligible object that has a relation by its code, the others by `None`;
    `chances`: the probability of every cell.

    Lots are not known yet: people stand in the order of the roster, and teams are formed so.
    """
    crowd = Crowd(roster.rows, roster, rules)
    teams = form_teams(crowd) if rules.mode == GROUPED else None
    expected: dict[_Sort, Fraction] = defaultdict(Fraction)
    unstaffable = 0
    fits: dict[tuple[str | None, _Sort], bool] = {}
    for oid, where, count in rows:
        sorts = list(_sorts(where.cells, where.area if rules.area else None, chances))
        for one, chance in sorts:
            expected[one] += count * chance
        for one, _ in sorts:
            if (oid, one) not in fits:
                fits[oid, one] = _staffable(crowd, teams, one.lot(oid or ""))
        unstaffable += count * (not all(fits[oid, one] for one, _ in sorts))
    doors = {one: number for one, number in expected.items() if number}
    places = sum((number * crowd.door(one.lot()).slots for one, number in doors.items()), Fraction(0))
    able = {number for seat in rules.seats for number in crowd.able(seat)}
    return Outlook(
        people=len(able),
        unstaffable=unstaffable,
        doors=_up(sum(doors.values(), Fraction(0))),
        places=_up(places),
        capacity=None if rules.max_load is None else rules.max_load * len(able),
        shortage=_shortage(crowd, teams, doors, places),
    )


def _sorts(
    cells: Sequence[CellKey], area: str | None, chances: Mapping[CellKey, Fraction]
) -> Iterator[tuple[_Sort, Fraction]]:
    """As what sorts of door an object may be drawn, with the chance of each: its one ticket wins in the cells with a
    high chance first, so that it is drawn for the likelier tasks whenever for the others (draw.md §4.8).
    """
    ordered = sorted(((chances.get(cell, Fraction(0)), cell[0]) for cell in cells), key=lambda c: (-c[0], c[1]))
    for number, (chance, _) in enumerate(ordered, start=1):
        following = ordered[number][0] if number < len(ordered) else Fraction(0)
        if chance > following:
            yield _Sort(tuple(sorted(task for _, task in ordered[:number])), area), chance - following


def _staffable(crowd: Crowd, teams: Sequence[Team] | None, lot: DoorLot) -> bool:
    door = crowd.door(lot)
    if teams is None:
        return plenty(door) or alone(door, range(len(crowd.rows))) is not None
    free = set(door.barred)
    return any(not free & set(team) and alone(door, team) is not None for team in teams)


def plenty(door: Door) -> bool:
    """Whether every seat has so many people of its own that nobody need be counted."""
    needed = door.slots + len(door.barred)
    return all(
        len(seat.pool.anyone) >= needed and (not seat.experts or len(seat.pool.expert) >= needed) for seat in door.seats
    )


def _shortage(
    crowd: Crowd, teams: Sequence[Team] | None, expected: Mapping[_Sort, Fraction], places: Fraction
) -> Shortage | None:
    """The expected doors as one flow, relations left aside: they are few, and every object was looked at for them."""
    fine = FINE if places * FINE < MOST else 1
    most, limit = _up(sum(expected.values(), Fraction(0))), crowd.rules.max_load
    cap = most if limit is None else min(limit, most)
    sorts = list(expected)
    doors = [Door(crowd.door(one.lot()).seats) for one in sorts]
    people = len(crowd.rows)
    if teams is not None:
        instance = team_instance(teams, doors, cap, {})
        doors, people = list(instance.doors), instance.people
    kinds = [
        Kind(door, int(expected[one] * fine), needs_at(crowd, one.lot(), together=teams is not None))
        for one, door in zip(sorts, doors, strict=True)
    ]
    return explain([kind for kind in kinds if kind.count], people, cap, scale=fine, teams=teams is not None)


def _up(number: Fraction | int) -> int:
    return -(-number.numerator // number.denominator)
