"""From a match that stays short to what lacks where."""

from collections.abc import Sequence

from inspection.draw.lot.digest import Hash
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.crowd import Crowd
from inspection.draw.teams.feasibility import kinds_of
from inspection.draw.teams.matching import Instance
from inspection.draw.teams.problem import pose
from inspection.draw.teams.roster import Roster
from inspection.draw.teams.rules import MatchRules, SeatHere
from inspection.draw.teams.shortage import Kind, Need, Shortage, explain


def why_short(
    h: Hash, seed: bytes, secret: bytes, doors: Sequence[DoorLot], roster: Roster, rules: MatchRules
) -> Shortage | None:
    """What a match of these doors lacks; None where it is complete. Maximum flow, whatever the lots say."""
    problem = pose(h, seed, secret, doors, roster, rules)
    return explained(problem.crowd, problem.lots, problem.instance(), grouped=problem.grouped)


def explained(crowd: Crowd, lots: Sequence[DoorLot], instance: Instance, *, grouped: bool) -> Shortage | None:
    """What lacks for the doors of an instance, which are those of `lots`."""
    told: dict[tuple[tuple[int, ...], str | None], tuple[tuple[Need, ...], ...]] = {}
    kinds = []
    for door, count, places in kinds_of(instance.doors):
        lot = lots[places[0]]
        key = lot.tasks, lot.area
        if key not in told:
            told[key] = needs_at(crowd, lot, together=grouped)
        kinds.append(Kind(door, count, told[key]))
    return explain(kinds, instance.people, instance.cap, teams=grouped)


def needs_at(crowd: Crowd, lot: DoorLot, *, together: bool = False) -> tuple[tuple[Need, ...], ...]:
    """What each seat of a door asks for; `together`: all of it at once, of the one team that takes the door."""
    seats = tuple(need_of(crowd, here, lot.area) for here in crowd.seats(lot.tasks))
    return (seats,) if together else tuple((need,) for need in seats)


def need_of(crowd: Crowd, here: SeatHere, area: str | None) -> Need:
    """The requirement of a seat at an object of this area."""
    seat = here.seat
    near = area if crowd.rules.area and area else None
    elsewhere = len(crowd.able(seat)) - len(crowd.pool(seat, area).anyone)
    return Need(tuple(sorted(seat.required)), seat.expertise if here.experts else None, seat.unit, near, elsewhere)
