"""Who sits at which door: by lot, evenly loaded, complete whenever a complete match exists (draw.md §4.11; the rules to
the last tie: docs/sr-draw-1.md, Seating).

The model is a laminar flow: a person takes one place at a door, the place leads to the experts' or the others' side of
a seat, the others' side passes at most `slots - experts`, the seat at most `slots`. People and doors are numbered in
lot order, so every rule below may be deterministic and still treats equals equally.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

People: TypeAlias = NDArray[np.intp]
# (door, slot, n) -> a number of [0, n)
Pick: TypeAlias = Callable[[int, int, int], int]

AWAY = 1 << 40  # on top of a load: not to be asked, whatever the limit

# Whom a seat in search of one more person admits: experts only; experts, and others while their quota lasts; anybody,
# because one of the others has just left. Plain numbers, as millions of openings are looked up.
EXPERT, QUOTA, GENERAL = 0, 1, 2

# (door, seat, whom it admits): a place in search of a person
Opening: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Who may fill a seat, ascending; `experts` are some of them. Shared by all doors where the same people may go."""

    people: People
    experts: People
    anyone: frozenset[int] = field(repr=False)
    expert: frozenset[int] = field(repr=False)


def pool(people: Collection[int], experts: Collection[int] = ()) -> Pool:
    """A pool of these people; experts who are not among them do not count."""
    anyone = frozenset(people)
    expert = anyone & frozenset(experts)
    return Pool(np.array(sorted(anyone), np.intp), np.array(sorted(expert), np.intp), anyone, expert)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One seat of a door: `slots` different people of the pool, `experts` of them experts at least."""

    pool: Pool
    slots: int
    experts: int = 0


@dataclass(frozen=True, slots=True)
class Door:
    """What one drawn object needs. `barred`: people who must never come here."""

    seats: tuple[Wanted, ...]
    barred: tuple[int, ...] = ()

    @property
    def slots(self) -> int:
        return sum(seat.slots for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Instance:
    """The problem: doors in lot order; how many people there are, the most doors each takes, what each has already."""

    doors: tuple[Door, ...]
    people: int
    cap: int
    loads: tuple[int, ...] = ()


def match(instance: Instance, pick: Pick, delta: int, *, whole: bool = True) -> "Seating":
    """Seat everybody: expert slots first, then the others; each slot by `pick` among those within `delta` of the least
    load; where nobody has room, people move along a shortest path.

    So the match has maximum size, and is complete exactly when a complete one exists. Without `whole` it stops at the
    first slot that cannot be filled.
    """
    table = Seating(instance, pick, delta)
    for experts in (True, False):
        for number, door in enumerate(instance.doors):
            if experts and not any(seat.experts for seat in door.seats):
                continue
            if not table.fill(number, experts=experts) and not whole:
                return table
    return table


def feasible(instance: Instance) -> bool:
    """Whether a complete match exists."""
    return match(instance, lambda _door, _slot, _n: 0, 0, whole=False).complete


class Seating:
    """The table while it is being laid. `teams[door][seat]` holds people by slot, `load` the doors each person has."""

    def __init__(self, instance: Instance, pick: Pick, delta: int) -> None:
        self.instance = instance
        self.teams: list[list[list[int]]] = [[[] for _ in door.seats] for door in instance.doors]
        self.load = np.array(instance.loads or [0] * instance.people, np.int64)
        self._pick, self._delta = pick, delta
        self._seats_of: list[dict[int, int]] = [{} for _ in range(instance.people)]
        self._others = [[0] * len(door.seats) for door in instance.doors]

    @property
    def short(self) -> tuple[int, ...]:
        """The doors that lack somebody."""
        doors = zip(self.instance.doors, self.teams, strict=True)
        return tuple(n for n, (door, team) in enumerate(doors) if sum(map(len, team)) < door.slots)

    @property
    def complete(self) -> bool:
        return not self.short

    @property
    def size(self) -> int:
        """How many slots are filled."""
        return sum(len(people) for team in self.teams for people in team)

    def team(self, number: int) -> tuple[int, ...]:
        """The people of a door, by slot."""
        return tuple(person for people in self.teams[number] for person in people)

    def fill(self, number: int, *, experts: bool) -> bool:
        """Fill the expert slots of a door, or whatever is still empty; whether that came out complete."""
        first, complete = 0, True
        for seat, wanted in enumerate(self.instance.doors[number].seats):
            opening = number, seat, EXPERT if experts else QUOTA
            for slot in range(len(self.teams[number][seat]), wanted.experts if experts else wanted.slots):
                complete &= self._choose(opening, first + slot) or self._rearrange(opening)
            first += wanted.slots
        return complete

    def admitted(self, opening: Opening) -> People:
        """Whom the seat admits now, in lot order; those at the door and those barred are among them."""
        number, seat, kind = opening
        wanted = self.instance.doors[number].seats[seat]
        spare = kind == QUOTA and self._others[number][seat] < wanted.slots - wanted.experts
        return wanted.pool.people if spare or kind == GENERAL else wanted.pool.experts

    def aside(self, number: int) -> list[int]:
        """Who cannot come to the door from elsewhere: those barred, and those who are there."""
        return [*self.instance.doors[number].barred, *self.team(number)]

    def _choose(self, opening: Opening, slot: int) -> bool:
        """Seat one of those with room, by lot; False when nobody has any."""
        people, aside = self.admitted(opening), self.aside(opening[0])
        if not people.size:
            return False
        for one in aside:
            self.load[one] += AWAY
        loads = self.load.take(people)
        for one in aside:
            self.load[one] -= AWAY
        least, cap = int(loads.min()), self.instance.cap
        if least >= cap:
            return False
        near = (loads <= min(least + self._delta, cap - 1)).nonzero()[0]
        person = int(people[near[self._pick(opening[0], slot, near.size)]])
        self.load[person] += 1
        self._enter(person, opening, None)
        return True

    def _rearrange(self, start: Opening) -> bool:
        """Move people along a shortest path that ends in `start`; False when there is none."""
        search = Search(self, start)
        if search.found is None:
            return False
        person, opening = search.found
        self.load[person] += 1
        while step := search.left[opening]:
            self._enter(person, opening, step[0])
            person, opening = step
        self._enter(person, opening, None)
        return True

    def _enter(self, person: int, opening: Opening, leaver: int | None) -> None:
        """`person` takes the lowest free slot of the seat, or the slot of `leaver`."""
        number, seat, _ = opening
        expert, team = self.instance.doors[number].seats[seat].pool.expert, self.teams[number][seat]
        if leaver is None:
            team.append(person)
        else:
            team[team.index(leaver)] = person
            del self._seats_of[leaver][number]
            self._others[number][seat] -= leaver not in expert
        self._seats_of[person][number] = seat
        self._others[number][seat] += person not in expert

    def left_by(self, person: int, number: int | None) -> list[Opening]:
        """The openings where the person would leave: his seat at this door, or at all his doors, in lot order."""
        seats = self._seats_of[person]
        found = []
        for door in sorted(seats) if number is None else (number,):
            expert = person in self.instance.doors[door].seats[seats[door]].pool.expert
            found.append((door, seats[door], QUOTA if expert else GENERAL))
        return found


class Search:
    """From one opening, breadth first, to somebody with room. `left` tells of each opening who leaves it for which;
    `found` the one with room and the opening that admits him, None when there is nobody.
    """

    def __init__(self, table: Seating, start: Opening) -> None:
        self.table = table
        self.left: dict[Opening, tuple[int, Opening] | None] = {start: None}
        self.found: tuple[int, Opening] | None = None
        self._looked = np.zeros(table.instance.people, np.bool_)
        self._rest: dict[int, People] = {}  # by pool: of whom it is not known that they were looked at
        self._queue = [start]
        for opening in self._queue:
            if self._look(opening):
                return

    def _look(self, opening: Opening) -> bool:
        """Look at everybody whom the opening admits; True when one of them has room."""
        fresh = self._fresh(opening)
        if fresh.size:
            room = self.table.load[fresh] < self.table.instance.cap
            if room.any():
                self.found = int(fresh[room.argmax()]), opening
                return True
            self._looked[fresh] = True
        movers = self._movers(opening)
        for person in sorted([*fresh.tolist(), *movers]) if movers else fresh.tolist():
            for onward in self.table.left_by(person, opening[0] if person in movers else None):
                if onward not in self.left:
                    self.left[onward] = person, opening
                    self._queue.append(onward)
        return False

    def _fresh(self, opening: Opening) -> People:
        """Those from elsewhere who were not looked at yet. Of a pool gone through, only who stood aside is left."""
        people = self.table.admitted(opening)
        rest = self._rest.get(id(people), people)
        if not rest.size:
            return rest
        aside = [one for one in self.table.aside(opening[0]) if not self._looked[one]]
        self._looked[aside] = True
        fresh = rest[~self._looked[rest]]
        self._looked[aside] = False
        self._rest[id(people)] = np.array(sorted(one for one in aside if (rest == one).any()), np.intp)
        return fresh

    def _movers(self, opening: Opening) -> list[int]:
        """Those admitted who sit at the same door in another seat."""
        number, seat, _ = opening
        teams = self.table.teams[number]
        if len(teams) == 1:
            return []
        elsewhere = [one for other, people in enumerate(teams) if other != seat for one in people]
        admitted = self.table.admitted(opening)
        return [one for one in elsewhere if (admitted == one).any()]
