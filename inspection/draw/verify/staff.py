"""The match of a draw made again: who may go where, continuity, scattered or grouped, by docs/sr-draw-1.md."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from inspection.draw.verify.formulas import Hash, u16, uniform
from inspection.draw.verify.groups import Groups
from inspection.draw.verify.people import People
from inspection.draw.verify.seating import Seat, Table, alone


class Door(NamedTuple):
    """A drawn ticket value with the object behind it, and the tasks it is opened for."""

    ticket: bytes
    oid: str
    salt: bytes
    area: str | None
    tasks: frozenset[int]


class Placed(NamedTuple):
    """Who sits in a slot (number in lot order), and how that came about."""

    person: int
    how: str


class Match:
    """The doors in lot order, the people, the rules; `run` matches them under a load cap."""

    def __init__(self, h: Hash, seed: bytes, rules: Any, doors: Sequence[Door], people: People) -> None:
        self.h, self.seed, self.rules, self.people = h, seed, rules, people
        self.doors = sorted(doors)
        self.seats = [people.seats_at(door) for door in self.doors]
        self.kept: Mapping[str, tuple[Sequence[str], int]] = {}

    def run(self, cap: int | None) -> dict[bytes, list[Placed]] | None:
        """Ticket → who sits in each slot; None where the match does not come out complete."""
        taken = self._continuity(cap) if self.rules["continuity"] else []
        low, high = 0, len(taken)
        best = self._others(taken, cap)
        if self.rules["mode"] == "grouped":
            if taken and self._others([], cap) is None:
                return None
            while best is None and taken:
                best = self._others(taken := taken[:-1], cap)
            return best
        # People set free only help here, so halving finds the longest beginning that can stay.
        if best is not None or not taken:
            return best
        if (best := self._others([], cap)) is None:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            found = self._others(taken[:middle], cap)
            low, high, best = (middle, high, found) if found is not None else (low, middle, best)
        return best

    def _continuity(self, cap: int | None) -> list[tuple[int, list[int]]]:
        """The doors that their last team takes again, in lot order."""
        share, periods = self.rules["continuity"]["share"], self.rules["continuity"]["periods"]
        most, taken, loads = share[0] * len(self.doors) // share[1], list[tuple[int, list[int]]](), dict[int, int]()
        for number, door in enumerate(self.doors):
            names, times = self.kept.get(door.oid, ((), 0))
            team = [self.people.number.get(name, -1) for name in names]
            slots = sum(seat.slots for seat in self.seats[number])
            if len(taken) >= most or times >= periods or -1 in team or not len(team) == len({*team}) == slots:
                continue
            if cap is not None and any(loads.get(person, 0) >= cap for person in team):
                continue
            sitting = alone(self.seats[number], sum(1 << person for person in team), {})
            if sitting is not None:
                taken.append((number, sitting))
                for person in sitting:
                    loads[person] = loads.get(person, 0) + 1
        return taken

    def _others(self, taken: list[tuple[int, list[int]]], cap: int | None) -> dict[bytes, list[Placed]] | None:
        loads: dict[int, int] = {}
        for _, team in taken:
            for person in team:
                loads[person] = loads.get(person, 0) + 1
        fixed = dict(taken)
        left = {n: seats for n, seats in enumerate(self.seats) if n not in fixed}
        if self.rules["mode"] == "grouped":
            teams = self._grouped(left, loads, cap)
        else:
            table = Table(left, self.people.everybody, cap, self.rules["delta"], loads).fill(self._pick)
            teams = None if table.short else {number: table.team(number) for number in left}
        if teams is None:
            return None
        told = {n: [Placed(person, "continuity") for person in team] for n, team in fixed.items()}
        told |= {n: [*map(Placed, team, self._how(n))] for n, team in teams.items()}
        return {self.doors[n].ticket: told[n] for n in sorted(told)}

    def _how(self, number: int) -> list[str]:
        """By lot, unless somebody named exactly as many candidates as there are slots."""
        told = []
        for seat in self.seats[number]:
            named = self.rules["candidates"] is not None and seat.eligible.bit_count() == seat.slots
            told += ["designated" if named else "lot"] * seat.slots
        return told

    def _pick(self, door: int, slot: int, n: int) -> int:
        return uniform(self.h, b"\x23" + self.seed + self.doors[door].salt + u16(slot), n)

    def _grouped(
        self, left: Mapping[int, list[Seat]], loads: dict[int, int], cap: int | None
    ) -> dict[int, list[int]] | None:
        groups = Groups(self.people, self.rules)
        choice = {
            number: [Seat(groups.that_may_take(seats, self.people.barred(self.doors[number].oid)), 0, 1, 0)]
            for number, seats in left.items()
        }
        begun = {t: max((loads.get(p, 0) for p in team), default=0) for t, team in enumerate(groups.members)}
        everyone = (1 << len(groups.members)) - 1
        table = Table(choice, everyone, cap, self.rules["delta"], begun).fill(self._pick)
        if table.short:
            return None
        teams = {}
        for number in sorted(left):
            (group,) = table.team(number)
            sitting = alone(left[number], groups.masks[group], loads)
            if sitting is None:
                return None
            teams[number] = sitting
            for person in sitting:
                loads[person] = loads.get(person, 0) + 1
        return teams
