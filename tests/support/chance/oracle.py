"""Small matches tried in every way, against what the product says of them (draw.md §5, T15)."""

import random
from functools import cache
from itertools import combinations, product

from inspection.draw.teams.feasibility import Flow, kinds_of
from inspection.draw.teams.matching import Door, Instance, Wanted, feasible, match, pool
from tests.support.chance.ceremonies import key


def instance(number: int) -> Instance:
    """Instance 0, 1, …: up to five people, four doors of one or two seats, experts, bars, scarce room."""
    chance = random.Random(key("instance", number))
    people = chance.randint(2, 5)
    everybody = range(people)
    pools = [
        pool(chance.sample(everybody, chance.randint(people // 2, people)), chance.sample(everybody, people - 1))
        for _ in range(2)
    ]

    def door() -> Door:
        slots = [chance.choice((1, 1, 2)) for _ in range(chance.choice((1, 1, 2)))]
        seats = tuple(Wanted(chance.choice(pools), n, chance.choice((0, 0, 1))) for n in slots)
        return Door(seats, tuple(chance.sample(everybody, chance.choice((0, 0, 1)))))

    kinds = [door() for _ in range(2)]
    return Instance(tuple(chance.choice(kinds) for _ in range(chance.randint(1, 4))), people, chance.randint(1, 4))


def most(told: Instance) -> int:
    """The most places that can be filled, by trying every team at every door."""
    best = {(0,) * told.people: 0}
    for door in told.doors:
        after: dict[tuple[int, ...], int] = {}
        for loads, filled in best.items():
            for team in teams(door, told.people):
                load = tuple(n + (one in team) for one, n in enumerate(loads))
                if max(load) <= told.cap:
                    after[load] = max(after.get(load, 0), filled + len(team))
        best = after
    return max(best.values())


@cache
def teams(door: Door, people: int) -> tuple[frozenset[int], ...]:
    """Every set of people who can sit at the door together, filling it or not."""
    return tuple(
        frozenset(team)
        for size in range(min(people, door.slots) + 1)
        for team in combinations(range(people), size)
        if any(
            _seated(door, dict(zip(team, seats, strict=True))) for seats in product(range(len(door.seats)), repeat=size)
        )
    )


def _seated(door: Door, seat_of: dict[int, int]) -> bool:
    for number, seat in enumerate(door.seats):
        here = [one for one, place in seat_of.items() if place == number]
        others = sum(one not in seat.pool.expert for one in here)
        if len(here) > seat.slots or others > seat.slots - seat.experts or not seat.pool.anyone.issuperset(here):
            return False
    return not seat_of.keys() & set(door.barred)


def faults(number: int) -> list[str]:
    """What the product says wrongly of an instance; nothing when all is well."""
    told = instance(number)
    demand, can = sum(door.slots for door in told.doors), most(told)
    laid = match(told, lambda door, slot, n: (door * 7 + slot * 3 + number) % n, number % 3)
    kinds = [(door, count) for door, count, _ in kinds_of(told.doors)]
    flow = Flow(kinds, told.people, told.cap)
    claims = {
        "feasible": feasible(told) == (can == demand),
        "size of the match": laid.size == can,
        "complete": laid.complete == (can == demand),
        "value of the flow": flow.value == can,
    }
    if flow.lacking:
        claims["the cut adds up"] = sum(seat.short for seat in flow.cut().seats) == flow.lacking
        claims["every part of the cut is deficient by itself"] = all(
            _deficient(told, flow, part) for part in _parts(flow)
        )
    return [claim for claim, holds in claims.items() if not holds]


def _parts(flow: Flow) -> set[int]:
    return {seat.part for seat in flow.cut().seats if seat.short}


def _deficient(told: Instance, flow: Flow, part: int) -> bool:
    """Hall: these seats alone, everybody free for them, lack exactly as many people as the cut says."""
    seats = [seat for seat in flow.cut().seats if seat.part == part]
    doors = []
    for kind in sorted({seat.kind for seat in seats}):
        door, count = flow.kinds[kind]
        doors += [Door(tuple(door.seats[s.seat] for s in seats if s.kind == kind), door.barred)] * count
    alone = Instance(tuple(doors), told.people, told.cap)
    return sum(door.slots for door in doors) - most(alone) == sum(seat.short for seat in seats) > 0


def short(number: int) -> bool:
    """Whether the instance cannot be staffed."""
    told = instance(number)
    return most(told) < sum(door.slots for door in told.doors)
