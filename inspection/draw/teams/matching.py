"""Who inspects whom: by lot, evenly loaded, complete whenever a complete match exists (draw.md §4.11, steps
A, B and D).

The model is a laminar flow: an inspector enters a door through its expert or its general node, the general
node passes at most `slots - experts`, the door at most `slots`, and nobody enters one door twice. People
and doors are numbered in lot order, so every rule below may be deterministic and still treats equals
equally.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from inspection.draw.lot.digest import Hash, u16, u32, uniform

# (door, slot, n) -> a number of [0, n)
Pick: TypeAlias = Callable[[int, int, int], int]


class Opening(Enum):
    """Whom a door in search of one more person admits."""

    EXPERT = "expert"  # experts only
    QUOTA = "quota"  # experts; generals while their quota lasts
    GENERAL = "general"  # anybody: a general has just left


_Node: TypeAlias = tuple[int, Opening]


@dataclass(frozen=True, slots=True)
class Door:
    """What one drawn object needs: `slots` different people, `experts` of them out of `expert`; `eligible`
    ascends in lot order.
    """

    slots: int
    eligible: tuple[int, ...]
    experts: int = 0
    expert: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Instance:
    """The problem: doors in lot order, and the most doors each inspector takes, in lot order."""

    doors: tuple[Door, ...]
    caps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a search saw: how each person and each door was reached, and the first person with room, if any."""

    came: dict[int, _Node]
    left: dict[_Node, int | None]
    found: int | None


def match(instance: Instance, pick: Pick, delta: int) -> "Seating":
    """Expert slots first, doors in lot order; each slot uniformly among those within `delta` of the least
    load.

    Where nobody has room, people move along a shortest augmenting path. So the match has maximum size, and
    `short` is empty exactly when a complete one exists.
    """
    table = Seating(instance)
    for number, door in enumerate(instance.doors):
        for slot in range(door.experts):
            table.seat(number, slot, pick, delta, Opening.EXPERT)
    for number, door in enumerate(instance.doors):
        for slot in range(len(table.teams[number]), door.slots):
            table.seat(number, slot, pick, delta, Opening.QUOTA)
    return table


def feasible(instance: Instance) -> bool:
    """Whether a complete match exists (step A)."""
    return not match(instance, lambda _door, _slot, _n: 0, 0).short


class Seating:
    """The table while it is being laid: who sits at which door, and how many doors each person has."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.teams: list[list[int]] = [[] for _ in instance.doors]
        self.loads = [0] * len(instance.caps)
        self._doors_of: list[set[int]] = [set() for _ in instance.caps]
        self._generals = [0] * len(instance.doors)

    @property
    def short(self) -> tuple[int, ...]:
        """The doors that lack somebody."""
        return tuple(n for n, door in enumerate(self.instance.doors) if len(self.teams[n]) < door.slots)

    def seat(self, number: int, slot: int, pick: Pick, delta: int, opening: Opening) -> None:
        """Fill one slot, if any rearrangement can."""
        free = [person for person in self.admissible((number, opening)) if self._has_room(person)]
        if not free:
            self._rearrange((number, opening))
            return
        least = min(self.loads[person] for person in free)
        near = [person for person in free if self.loads[person] <= least + delta]
        self._enter(number, near[pick(number, slot, len(near))], None)

    def admissible(self, node: _Node) -> list[int]:
        """Who may enter the door now, with room or without, in lot order."""
        number, opening = node
        door, team = self.instance.doors[number], self.teams[number]
        spare = opening is Opening.QUOTA and self._generals[number] < door.slots - door.experts
        generals = spare or opening is Opening.GENERAL
        return [p for p in door.eligible if p not in team and (generals or p in door.expert)]

    def reach(self, starts: Sequence[_Node]) -> Reach:
        """Search the residual network from doors in need, breadth first, until somebody with room is met."""
        came: dict[int, _Node] = {}
        left: dict[_Node, int | None] = dict.fromkeys(starts)
        queue = deque(starts)
        while queue:
            node = queue.popleft()
            for person in self.admissible(node):
                if person in came:
                    continue
                came[person] = node
                if self._has_room(person):
                    return Reach(came, left, person)
                for door in sorted(self._doors_of[person]):
                    is_expert = person in self.instance.doors[door].expert
                    onward = (door, Opening.QUOTA if is_expert else Opening.GENERAL)
                    if onward not in left:
                        left[onward] = person
                        queue.append(onward)
        return Reach(came, left, None)

    def _has_room(self, person: int) -> bool:
        return self.loads[person] < self.instance.caps[person]

    def _rearrange(self, start: _Node) -> None:
        """Move people along a shortest augmenting path that ends in `start`; nothing when there is none."""
        reach = self.reach([start])
        person = reach.found
        while person is not None:
            node = reach.came[person]
            leaver = reach.left[node]
            self._enter(node[0], person, leaver)
            person = leaver

    def _enter(self, number: int, person: int, leaver: int | None) -> None:
        """`person` takes a new place at the door, or the place of `leaver`."""
        expert = self.instance.doors[number].expert
        team = self.teams[number]
        if leaver is None:
            team.append(person)
        else:
            team[team.index(leaver)] = person
            self.loads[leaver] -= 1
            self._doors_of[leaver].remove(number)
            self._generals[number] -= leaver not in expert
        self.loads[person] += 1
        self._doors_of[person].add(number)
        self._generals[number] += person not in expert


def inspector_lot(h: Hash, seed: bytes, salt_: bytes) -> bytes:
    """Step B: inspectors stand in the order of this value.

    Keyed by their secret salt: the staff list and E are public.
    """
    return h(b"\x22" + seed + salt_)


def lot_pick(h: Hash, seed: bytes, salts: Sequence[bytes]) -> Pick:
    """Step D: the choice for a slot, keyed by the door's secret salt (`salts` in lot order of the doors)."""

    def pick(door: int, slot: int, n: int) -> int:
        key = b"\x23" + seed + salts[door] + u16(slot)
        return uniform(lambda counter: h(key + u32(counter)), n)

    return pick


def assignment_leaf(h: Hash, salt_: bytes, ticket: bytes, slot: int, inspector: str) -> bytes:
    """Leaf of the published match root: fixes who was matched on the day of the match, salted by the door's
    secret.
    """
    blind = h(b"\x15" + salt_ + u16(slot))[: len(salt_)]
    return h(b"\x00" + blind + ticket + u16(slot) + inspector.encode())
