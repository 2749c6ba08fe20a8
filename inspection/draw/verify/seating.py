"""Seats, loads and the shortest rearrangement, written a second time from docs/sr-draw-1.md.

People are bits: bit 0 stands first in lot order, a set of people is a whole number. So the lists stay in lot order by
themselves, and a door with thousands of candidates costs no more than a few operations on long numbers.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, TypeAlias

Pick: TypeAlias = Callable[[int, int, int], int]
# Door, seat and whom it admits.
Opening: TypeAlias = tuple[int, int, str]


class Seat(NamedTuple):
    """A seat at one door: who is eligible, who of them is an expert, its slots and how many are for experts."""

    eligible: int
    expert: int
    slots: int
    experts: int


def bits(people: int) -> Iterator[int]:
    """The people of a set in lot order."""
    while people:
        low = people & -people
        yield low.bit_length() - 1
        people ^= low


def nth(people: int, n: int) -> int:
    """The one with `n` before it: halve the number until one bit is left."""
    at, width = 0, people.bit_length()
    while width > 1:
        half = width >> 1
        low = people & _ones(half)
        count = low.bit_count()
        if n < count:
            people, width = low, half
        else:
            people, n, at, width = people >> half, n - count, at + half, width - half
    return at


@cache
def _ones(width: int) -> int:
    return (1 << width) - 1


class Table:
    """Doors in lot order as they are being filled. `cap`: the most doors a person takes, None for no limit."""

    def __init__(
        self, doors: Mapping[int, list[Seat]], people: int, cap: int | None, delta: int, loads: Mapping[int, int]
    ) -> None:
        self.doors, self.cap, self.delta = doors, cap, delta
        self.teams = {door: [[-1] * seat.slots for seat in seats] for door, seats in doors.items()}
        self.held = {door: [0] * len(seats) for door, seats in doors.items()}
        self.load: dict[int, int] = {}
        self.at = {0: people}
        self.room = 0 if cap == 0 else people
        self.short = 0
        self._doors_of: dict[int, dict[int, int]] = {}
        for person, load in loads.items():
            if people >> person & 1:
                self._stand(person, load)

    def _stand(self, person: int, load: int) -> None:
        bit, old = 1 << person, self.load.get(person, 0)
        self.load[person] = load
        self.at[old] ^= bit
        if not self.at[old]:
            del self.at[old]
        self.at[load] = self.at.get(load, 0) | bit
        roomy = self.cap is None or load < self.cap
        self.room = self.room | bit if roomy else self.room & ~bit

    def fill(self, pick: Pick) -> "Table":
        """Expert slots of all doors first, then the others; doors, seats, slots in order."""
        for for_experts in (True, False):
            for door in sorted(self.doors):
                base = 0
                for number, seat in enumerate(self.doors[door]):
                    span = range(seat.experts) if for_experts else range(seat.experts, seat.slots)
                    for slot in span:
                        self._fill_slot(door, number, slot, base + slot, pick)
                    base += seat.slots
        return self

    def team(self, door: int) -> list[int]:
        """Who sits at a door, by slot."""
        return [person for seat in self.teams[door] for person in seat]

    def _fill_slot(self, door: int, number: int, slot: int, named: int, pick: Pick) -> None:
        kind = "expert" if slot < self.doors[door][number].experts else "quota"
        free = self._admitted((door, number, kind)) & self.room & ~self._inside(door)
        loads = [load for load, people in self.at.items() if people & free]
        if not loads:
            self._rearrange((door, number, kind))
            return
        most, near = min(loads) + self.delta, 0
        for load in loads:
            if load <= most:
                near |= self.at[load]
        near &= free
        person = nth(near, pick(door, named, near.bit_count()))
        self._sit(person, door, number, slot)
        self._stand(person, self.load.get(person, 0) + 1)

    def _inside(self, door: int) -> int:
        return _joined(self.held[door])

    def _admitted(self, opening: Opening) -> int:
        door, number, kind = opening
        seat, held = self.doors[door][number], self.held[door][number]
        spare = (held & ~seat.expert).bit_count() < seat.slots - seat.experts
        others = kind == "general" or (kind == "quota" and spare)
        return (seat.eligible if others else seat.expert) & ~held

    def _sit(self, person: int, door: int, number: int, slot: int) -> None:
        self.teams[door][number][slot] = person
        self.held[door][number] |= 1 << person
        self._doors_of.setdefault(person, {})[door] = number

    def _rearrange(self, start: Opening) -> None:
        """Breadth first from the opening to somebody with room; then everybody on the way moves up by one."""
        left: dict[Opening, tuple[int, Opening] | None] = {start: None}
        queue, seen = [start], 0
        for opening in queue:
            door = opening[0]
            inside, admitted = self._inside(door), self._admitted(opening)
            if found := admitted & ~inside & ~seen & self.room:
                self._move(next(bits(found)), opening, left)
                return
            for person in bits(admitted & (inside | ~seen)):
                here = bool(inside >> person & 1)
                seen |= 0 if here else 1 << person
                for other in [door] if here else sorted(self._doors_of.get(person, ())):
                    number = self._doors_of[person][other]
                    expert = self.doors[other][number].expert >> person & 1
                    onward = (other, number, "quota" if expert else "general")
                    if onward not in left:
                        left[onward] = (person, opening)
                        queue.append(onward)
        self.short += 1

    def _move(self, person: int, opening: Opening, left: dict[Opening, tuple[int, Opening] | None]) -> None:
        self._stand(person, self.load.get(person, 0) + 1)
        while True:
            door, number, _ = opening
            came, places = left[opening], self.teams[door][number]
            slot = places.index(came[0] if came else -1)
            if came:
                self.held[door][number] ^= 1 << came[0]
                del self._doors_of[came[0]][door]
            self._sit(person, door, number, slot)
            if came is None:
                return
            person, opening = came


def _joined(sets: Iterator[int] | list[int]) -> int:
    whole = 0
    for people in sets:
        whole |= people
    return whole


def alone(seats: list[Seat], team: int, loads: Mapping[int, int]) -> list[int] | None:
    """One door with nobody but a team, without a limit, the least loaded and first always chosen; None: not filled."""
    table = Table({0: seats}, team, None, 0, {p: loads.get(p, 0) for p in bits(team)}).fill(lambda *_: 0)
    return None if table.short else table.team(0)
