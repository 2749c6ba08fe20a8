"""Small matches to be tried in every way: instances of people and doors, and rosters with doors of every kind."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from hypothesis import strategies as st

from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.matching import Door, Instance, Pick, Pool, Wanted, pool
from inspection.draw.teams.roster import Past, Relation, Roster, RosterRow, build_roster
from inspection.draw.teams.rules import GROUPED, SCATTERED, Continuity, MatchRules, Seat

H = hash_named("sha256")
KEY = bytes(range(32))
AREAS = ("东区", "西区")
UNITS = ("一科", "二科")
QUALIFICATIONS = ("商务执法", "价格")
EXPERTISE = "成品油"


def some_pick(salt: int) -> Pick:
    """Choices that differ with `salt` and need no hash."""
    return lambda door, slot, n: (door * 7 + slot * 3 + salt) % n


@st.composite
def pools(draw: st.DrawFn, people: int) -> Pool:
    numbers = st.sets(st.integers(0, people - 1)) if people else st.just(set())
    return pool(draw(numbers), draw(numbers))


@st.composite
def instances(draw: st.DrawFn, people: int = 5, doors: int = 4, seats: int = 2, cap: int = 3) -> Instance:
    """Doors share three pools; the load that people may bear is small, so that they have to move."""
    n = draw(st.integers(0, people))
    shared = [draw(pools(n)) for _ in range(3)]
    made = []
    for _ in range(draw(st.integers(0, doors))):
        wanted = []
        for _ in range(draw(st.integers(1, seats))):
            slots = draw(st.integers(1, 2))
            wanted.append(Wanted(draw(st.sampled_from(shared)), slots, draw(st.integers(0, slots))))
        barred = draw(st.sets(st.integers(0, n - 1), max_size=1)) if n else set()
        made.append(Door(tuple(wanted), tuple(barred)))
    return Instance(tuple(made), n, draw(st.integers(0, cap)), tuple(draw(st.integers(0, 1)) for _ in range(n)))


def teams_of(door: Door, room: tuple[int, ...]) -> Iterator[set[int]]:
    """Every set of people that can fill a door, seat by seat."""

    def fill(number: int, used: frozenset[int]) -> Iterator[frozenset[int]]:
        if number == len(door.seats):
            yield used
            return
        seat = door.seats[number]
        for team in combinations(sorted(seat.pool.anyone - used - set(door.barred)), seat.slots):
            if len(seat.pool.expert & set(team)) >= seat.experts:
                yield from fill(number + 1, used | set(team))

    for team in set(fill(0, frozenset())):
        if all(room[person] > 0 for person in team):
            yield set(team)


def complete_match_exists(instance: Instance) -> bool:
    """Tries every team for every door."""

    def fits(number: int, room: tuple[int, ...]) -> bool:
        if number == len(instance.doors):
            return True
        left = teams_of(instance.doors[number], room)
        return any(fits(number + 1, tuple(r - (p in team) for p, r in enumerate(room))) for team in left)

    loads = instance.loads or (0,) * instance.people
    return fits(0, tuple(max(instance.cap - load, 0) for load in loads))


def person(number: int) -> str:
    return f"p{number:02d}"


def subset(*words: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), unique=True, max_size=len(words)).map(tuple)


@st.composite
def rosters(draw: st.DrawFn, people: int = 9, objects: int = 6) -> Roster:
    """People of all kinds, a few relations, a last team for some objects."""
    n = draw(st.integers(1, people))
    flags = st.sampled_from([True, True, True, False])
    rows = [
        RosterRow(
            person(i),
            draw(st.sampled_from(UNITS)),
            draw(flags),
            draw(subset(*QUALIFICATIONS)),
            draw(subset(EXPERTISE)),
            draw(subset(*AREAS)),
            leader=draw(st.booleans()),
            candidate=draw(flags),
        )
        for i in range(n)
    ]
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, objects - 1)), max_size=3))
    last = draw(st.dictionaries(st.integers(0, objects - 1), st.sets(st.integers(0, n - 1), min_size=1, max_size=3)))
    return build_roster(
        rows,
        [Relation(person(one), f"o{oid}", "declared") for one, oid in pairs],
        [Past(f"o{oid}", tuple(map(person, sorted(team))), draw(st.integers(1, 2))) for oid, team in last.items()],
    )


@st.composite
def seat_lists(draw: st.DrawFn) -> tuple[Seat, ...]:
    """One or two departments of a draw for two tasks."""
    found = []
    for tasks in draw(st.sampled_from([((0, 1),), ((0,), (1,)), ((0, 1), (1,))])):
        slots = draw(st.integers(1, 3))
        experts = draw(st.integers(0, slots))
        unit, required = draw(st.sampled_from([None, *UNITS])), draw(st.sampled_from([(), QUALIFICATIONS[:1]]))
        found.append(Seat(tasks, unit, required, slots, experts, EXPERTISE if experts else None))
    return tuple(found)


@st.composite
def match_rules(draw: st.DrawFn) -> MatchRules:
    kept = Continuity(Fraction(draw(st.integers(0, 4)), 4), draw(st.integers(1, 3)))
    return MatchRules(
        mode=draw(st.sampled_from([SCATTERED, GROUPED])),
        delta=draw(st.integers(0, 2)),
        max_load=draw(st.sampled_from([None, 1, 2, 3, 4])),
        area=draw(st.booleans()),
        seats=draw(seat_lists()),
        candidates=draw(st.sampled_from([None, None, 5])),
        group_size=draw(st.integers(1, 4)),
        continuity=draw(st.sampled_from([None, kept])),
    )


@st.composite
def lots(draw: st.DrawFn, objects: int = 6) -> tuple[DoorLot, ...]:
    """Drawn objects of two tasks."""
    tasks, areas = st.sampled_from([(0,), (1,), (0, 1)]), st.sampled_from([None, *AREAS])
    drawn = draw(st.sets(st.integers(0, objects - 1)))
    return tuple(DoorLot(H(b"%d" % oid), f"o{oid}", oid, draw(tasks), draw(areas)) for oid in sorted(drawn))


@dataclass(frozen=True, slots=True)
class Case:
    """One match to be made, with its seed."""

    seed: bytes
    doors: tuple[DoorLot, ...]
    roster: Roster
    rules: MatchRules


def crowded(number: int) -> Case:
    """A match that can mostly be completed, and only just: people have to move, last teams are mostly to be had."""
    rng = random.Random(number)
    grouped = number % 3 == 0
    n, objects = rng.randint(8, 20), rng.randint(6, 14)
    rows = [
        RosterRow(
            person(i),
            rng.choice(UNITS),
            rng.random() < 0.95,
            QUALIFICATIONS if rng.random() < 0.8 else (),
            (EXPERTISE,) if rng.random() < 0.5 else (),
            () if rng.random() < 0.5 else (rng.choice(AREAS),),
            leader=rng.random() < 0.4,
            candidate=rng.random() < 0.9,
        )
        for i in range(n)
    ]
    pairs = {(rng.randrange(n), rng.randrange(objects)) for _ in range(objects // 3)}
    second = rng.random() < 0.5
    seats = (
        Seat((0,), None, QUALIFICATIONS[:1], 2, 1, EXPERTISE),
        *([Seat((1,), rng.choice(UNITS))] if second else []),
    )
    team = 3 if second else 2
    doors = tuple(
        DoorLot(
            H(b"%d %d" % (number, oid)), f"o{oid}", oid, rng.choice([(0,), (0, 1), (1,)] if second else [(0,)]), area
        )
        for oid, area in enumerate(rng.choices([None, *AREAS], k=objects))
    )
    past = [Past(f"o{oid}", tuple(map(person, rng.sample(range(n), 2))), 1) for oid in range(objects)]
    rules = MatchRules(
        GROUPED if grouped else SCATTERED,
        delta=rng.randint(0, 2),
        max_load=-(-objects * (team if grouped else 2) // n) + rng.randint(0, 2),
        area=rng.random() < 0.5,
        seats=seats,
        candidates=rng.choice([None, 9]),
        group_size=team + rng.randint(0, 1),
        continuity=rng.choice([None, Continuity(Fraction(rng.randint(1, 3), 3), 2)]),
    )
    ties = [Relation(person(one), f"o{oid}", "declared") for one, oid in sorted(pairs)]
    return Case(H(b"seed %d" % number), doors, build_roster(rows, ties, past), rules)
