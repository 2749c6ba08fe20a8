"""From drawn doors and the roster to teams: lots, continuity, and the match that is published by its root."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.salts import salt
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.lots import assignment_leaf
from inspection.draw.teams.roster import Roster
from inspection.draw.teams.rules import Continuity, MatchRules, Seat

if TYPE_CHECKING:
    from inspection.draw.teams.problem import Problem

__all__ = ["Continuity", "How", "MatchRules", "Placed", "Seat", "Staffing", "match_root", "staff"]


class How(StrEnum):
    """How somebody came to a door."""

    LOT = "lot"
    CONTINUITY = "continuity"  # the object's last team, by rule
    DESIGNATED = "designated"  # exactly as many people were listed by hand as were needed (指定): no chance in it


@dataclass(frozen=True, slots=True)
class Placed:
    """One place of a team."""

    inspector: str = field(repr=False)
    slot: int
    how: How


@dataclass(frozen=True, slots=True)
class Staffing:
    """The match: `doors` in lot order, `teams[d]` by slot; `short`: doors that lack somebody, then it is void.

    `people`: who could be sent at all, in lot order.
    """

    doors: tuple[DoorLot, ...]
    people: tuple[str, ...] = field(repr=False)
    teams: tuple[tuple[Placed, ...], ...] = field(repr=False)
    short: tuple[int, ...] = ()

    def team(self, door: int) -> tuple[Placed, ...]:
        """The people of a door, by slot."""
        return self.teams[door]

    @property
    def loads(self) -> dict[str, int]:
        """How many doors each person has."""
        found = Counter(placed.inspector for team in self.teams for placed in team)
        return {person: found[person] for person in self.people}

    @property
    def how(self) -> dict[str, int]:
        """How many places came about in each way."""
        found = Counter(placed.how for team in self.teams for placed in team)
        return {how.value: found[how] for how in How}


def staff(h: Hash, seed: bytes, secret: bytes, doors: Sequence[DoorLot], roster: Roster, rules: MatchRules) -> Staffing:
    """Give every door its people: always the same for the same seed and lists, in whatever order they come."""
    # numpy, which an idle server never needs
    from inspection.draw.teams.problem import pose  # noqa: PLC0415

    problem = pose(h, seed, secret, doors, roster, rules)
    return _told(problem, *problem.solve())


def _told(problem: "Problem", teams: Sequence[tuple[int, ...]], kept: set[int]) -> Staffing:
    people = tuple(row.inspector for row in problem.crowd.rows)
    placed = []
    for number, team in enumerate(teams):
        how = problem.designated(number)
        placed.append(
            tuple(
                Placed(people[one], slot, How.CONTINUITY if number in kept else How.DESIGNATED if by_hand else How.LOT)
                for slot, (one, by_hand) in enumerate(zip(team, how, strict=False))
            )
        )
    short = tuple(n for n, (team, door) in enumerate(zip(teams, problem.doors, strict=True)) if len(team) < door.slots)
    return Staffing(problem.lots, people, tuple(placed), short)


def match_root(h: Hash, secret: bytes, staffing: Staffing) -> bytes:
    """Fixes every (ticket, slot, how, inspector) on the day of the match and names nobody."""
    leaves = [
        assignment_leaf(h, salt(h, secret, door.oid), door.value, placed.slot, placed.how.value, placed.inspector)
        for number, door in enumerate(staffing.doors)
        for placed in staffing.team(number)
    ]
    return merkle.root(h, leaves)
