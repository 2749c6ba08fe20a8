"""A match to be made: doors and people in lot order, and the three ways to bring them together (docs/sr-draw-1.md,
Matching).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from inspection.draw.lot.digest import Hash
from inspection.draw.lot.salts import salt
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.alone import alone
from inspection.draw.teams.continuity import Kept, beginning, kept_doors, loads_of
from inspection.draw.teams.crowd import Crowd, in_lot_order
from inspection.draw.teams.groups import form_teams, team_instance
from inspection.draw.teams.lots import lot_pick
from inspection.draw.teams.matching import Door, Instance, Pick, match
from inspection.draw.teams.roster import Past, Roster
from inspection.draw.teams.rules import GROUPED, MatchRules

# The people of every door, by slot.
Teams: TypeAlias = list[tuple[int, ...]]


def pose(h: Hash, seed: bytes, secret: bytes, doors: Sequence[DoorLot], roster: Roster, rules: MatchRules) -> "Problem":
    """The problem of these doors and people; the order in which they come does not matter."""
    lots = tuple(sorted(doors, key=lambda door: (door.value, door.index)))
    crowd = Crowd(in_lot_order(h, seed, secret, roster.rows), roster, rules)
    last = {past.oid: past for past in roster.history} if rules.continuity else {}
    pick = lot_pick(h, seed, [salt(h, secret, lot.oid) for lot in lots])
    return Problem(crowd, lots, tuple(map(crowd.door, lots)), tuple(last.get(lot.oid) for lot in lots), pick)


@dataclass(frozen=True, slots=True)
class Problem:
    """`lots` and their `doors` in lot order; `last`: the last team of each door's object."""

    crowd: Crowd
    lots: tuple[DoorLot, ...]
    doors: tuple[Door, ...]
    last: tuple[Past | None, ...] = field(repr=False)
    pick: Pick

    @property
    def cap(self) -> int:
        """The most doors a person takes: all, where there is no limit."""
        limit = self.crowd.rules.max_load
        return len(self.doors) if limit is None else limit

    @property
    def grouped(self) -> bool:
        return self.crowd.rules.mode == GROUPED

    def instance(self) -> Instance:
        """The match that must be complete, whatever continuity adds: of people, or of teams formed beforehand."""
        if self.grouped:
            return team_instance(form_teams(self.crowd), self.doors, self.cap, {})
        return Instance(self.doors, len(self.crowd.rows), self.cap)

    def solve(self) -> tuple[Teams, set[int]]:
        """The people of every door, and which doors kept their last team."""
        rule = self.crowd.rules.continuity
        kept = kept_doors(rule, self.crowd, self.doors, self.last, self.cap) if rule else {}
        if not kept:
            return self._rest({})[0], set()
        if self.grouped:
            return self._grouped_after(kept)
        teams, complete = self._rest(kept)
        if complete:
            return teams, set(kept)
        # Whatever can be completed with some doors kept can be completed with fewer of them.
        low, high = 0, len(kept)
        while low < high - 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._rest(beginning(kept, middle))[1] else (low, middle)
        best = beginning(kept, low)
        return self._rest(best)[0], set(best)

    def _grouped_after(self, kept: Kept) -> tuple[Teams, set[int]]:
        """A kept team is none of the teams that were formed: so each length has to be tried."""
        none, possible = self._rest({})
        for length in range(len(kept), 0, -1) if possible else ():
            fewer = beginning(kept, length)
            teams, complete = self._rest(fewer)
            if complete:
                return teams, set(fewer)
        return none, set()

    def _rest(self, kept: Kept) -> tuple[Teams, bool]:
        """Everybody's team when these doors keep theirs, and whether that is complete."""
        others = [number for number in range(len(self.doors)) if number not in kept]
        doors = [self.doors[number] for number in others]
        found = self._by_teams(doors, others, kept) if self.grouped else self._by_people(doors, others, kept)
        teams = dict(kept) | dict(zip(others, found, strict=True))
        complete = all(len(team) == door.slots for team, door in zip(found, doors, strict=True))
        return [teams[number] for number in range(len(self.doors))], complete

    def _by_people(self, doors: Sequence[Door], others: Sequence[int], kept: Kept) -> Teams:
        loads = loads_of(kept)
        start = tuple(loads[one] for one in range(len(self.crowd.rows)))
        instance = Instance(tuple(doors), len(start), self.cap, start)
        table = match(instance, self._pick_among(others), self.crowd.rules.delta, whole=False)
        return [table.team(place) for place in range(len(doors))]

    def _by_teams(self, doors: Sequence[Door], others: Sequence[int], kept: Kept) -> Teams:
        loads = loads_of(kept)
        formed = form_teams(self.crowd)
        instance = team_instance(formed, doors, self.cap, loads)
        table = match(instance, self._pick_among(others), self.crowd.rules.delta, whole=False)
        found: Teams = []
        for place, door in enumerate(doors):
            chosen = table.team(place)
            seated = alone(door, formed[chosen[0]], loads) if chosen else None
            loads.update(seated or ())
            found.append(seated or ())
        return found

    def _pick_among(self, others: Sequence[int]) -> Pick:
        def pick(place: int, slot: int, n: int) -> int:
            return self.pick(others[place], slot, n)

        return pick

    def designated(self, number: int) -> list[bool]:
        """By slot of a door: whether exactly as many people were listed by hand as its seat needs."""
        door = self.doors[number]
        if self.crowd.rules.candidates is None:
            return [False] * door.slots
        found = []
        for seat in door.seats:
            eligible = len(seat.pool.anyone) - sum(one in seat.pool.anyone for one in door.barred)
            found += [eligible == seat.slots] * seat.slots
        return found
