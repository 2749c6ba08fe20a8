"""Step A before the ceremony, in counts: whether any sample of this size can be staffed, whoever is drawn (draw.md
§4.11).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.alone import alone
from inspection.draw.teams.crowd import Crowd
from inspection.draw.teams.matching import Door
from inspection.draw.teams.roster import Roster
from inspection.draw.teams.rules import MatchRules


@dataclass(frozen=True, slots=True)
class Where:
    """What decides who may go to an eligible object, besides relations: the tasks that may draw it, and its area."""

    tasks: tuple[int, ...]
    area: str | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """`people`: inspectors who may go at all; `unstaffable`: eligible objects that too few of them may visit; `places`
    asked for at the most against `capacity`.
    """

    people: int
    unstaffable: int
    places: int
    capacity: int | None

    @property
    def good(self) -> bool:
        return not self.unstaffable and (self.capacity is None or self.capacity >= self.places)


def outlook(roster: Roster, rules: MatchRules, rows: Iterable[tuple[str | None, Where, int]], drawn: int) -> Outlook:
    """`rows`: (code, where, how many): every eligible object that has a relation by its code, the others by `None`;
    `drawn`: how many objects at the most.
    """
    crowd = Crowd(roster.rows, roster, rules)
    everybody, lacking = tuple(range(len(crowd.rows))), 0
    for oid, where, count in rows:
        door = crowd.door(DoorLot(b"", oid or "", 0, where.tasks, where.area))
        if not plenty(door) and alone(door, everybody) is None:
            lacking += count
    able = {one for seat in rules.seats for one in crowd.able(seat)}
    capacity = None if rules.max_load is None else rules.max_load * len(able)
    return Outlook(len(able), lacking, drawn * max(seat.slots for seat in rules.seats), capacity)


def plenty(door: Door) -> bool:
    """Whether every seat has so many people of its own that nobody need be counted."""
    needed = door.slots + len(door.barred)
    return all(
        len(seat.pool.anyone) >= needed and (not seat.experts or len(seat.pool.expert) >= needed) for seat in door.seats
    )
