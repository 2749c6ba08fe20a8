"""The match, written a second time: lots, least load, shortest rearrangement."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

Mode = Enum("Mode", ["EXPERTS", "QUOTA", "ANYBODY"])
Node = tuple[int, Mode]


@dataclass(frozen=True)
class Doors:
    """The problem: who may go to each door and who of them is an expert, both in lot order; the rules; the most a
    person takes.
    """

    eligible: list[list[int]]
    experts: list[set[int]]
    people: int
    rules: dict[str, Any]
    cap: int


class Teams:
    """Teams by door, as they are being filled."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.of: list[list[int]] = [[] for _ in doors.eligible]
        self.load = [0] * doors.people

    def fill(self, pick: Callable[[int, int, int], int]) -> "Teams":
        """Seat expert places first, then the rest, door by door; `pick(door, slot, n)` chooses one of n."""
        slots, experts = self.doors.rules["slots"], self.doors.rules["experts"]
        for door in range(len(self.of)):
            for slot in range(experts):
                self._seat(door, slot, Mode.EXPERTS, pick)
        for door in range(len(self.of)):
            for slot in range(len(self.of[door]), slots):
                self._seat(door, slot, Mode.QUOTA, pick)
        return self

    @property
    def complete(self) -> bool:
        return all(len(team) == self.doors.rules["slots"] for team in self.of)

    def _may(self, node: Node) -> list[int]:
        door, mode = node
        team, expert, rules = self.of[door], self.doors.experts[door], self.doors.rules
        generals = sum(person not in expert for person in team)
        within = mode is Mode.QUOTA and generals < rules["slots"] - rules["experts"]
        anybody = within or mode is Mode.ANYBODY
        return [p for p in self.doors.eligible[door] if p not in team and (anybody or p in expert)]

    def _seat(self, door: int, slot: int, mode: Mode, pick: Callable[[int, int, int], int]) -> None:
        free = [person for person in self._may((door, mode)) if self.load[person] < self.doors.cap]
        if not free:
            self._rearrange((door, mode))
            return
        most = min(self.load[person] for person in free) + self.doors.rules["delta"]
        near = [person for person in free if self.load[person] <= most]
        person = near[pick(door, slot, len(near))]
        self.of[door].append(person)
        self.load[person] += 1

    def _rearrange(self, start: Node) -> None:
        """Breadth first from the door in need to somebody with room, then everybody on the way moves up by one."""
        came: dict[int, Node] = {}
        left: dict[Node, int | None] = {start: None}
        queue = [start]
        for node in queue:
            for person in self._may(node):
                if person in came:
                    continue
                came[person] = node
                if self.load[person] < self.doors.cap:
                    self._move(person, came, left)
                    return
                for onward in self._held_by(person):
                    if onward not in left:
                        left[onward] = person
                        queue.append(onward)

    def _held_by(self, person: int) -> list[Node]:
        held = [door for door, team in enumerate(self.of) if person in team]
        return [(door, Mode.QUOTA if person in self.doors.experts[door] else Mode.ANYBODY) for door in held]

    def _move(self, last: int, came: dict[int, Node], left: dict[Node, int | None]) -> None:
        self.load[last] += 1
        person: int | None = last
        while person is not None:
            team, leaver = self.of[came[person][0]], left[came[person]]
            place = len(team) if leaver is None else team.index(leaver)
            team[place : place + 1] = [person]
            person = leaver
