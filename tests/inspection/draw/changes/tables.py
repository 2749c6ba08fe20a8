"""Random tables: doors with one or two seats, a team at each that keeps all rules, and people to spare."""

from dataclasses import dataclass

from hypothesis import strategies as st

from inspection.draw.changes.table import Bench, DoorNow, Table
from inspection.draw.lot.digest import hash_named

H = hash_named("sha256")
PEOPLE = tuple(f"p{n:02d}" for n in range(9))


def value(number: int) -> bytes:
    """The ticket of a door; they ascend like their numbers."""
    return bytes([number]) * 32


def salted(name: str) -> bytes:
    return H(name.encode())[:16]


def door(number: int, benches: list[Bench], team: dict[int, str], out: frozenset[str] = frozenset()) -> DoorNow:
    return DoorNow(value(number), salted(f"d{number}"), tuple(benches), team, out)


def table_of(*doors: DoorNow, **rules: object) -> Table:
    order = {person: (salted(person), person.encode()) for person in PEOPLE}
    return Table(tuple(sorted(doors, key=lambda one: one.value)), order, **rules)  # type: ignore[arg-type]


def pair(number: int, team: tuple[str, str], out: frozenset[str] = frozenset()) -> DoorNow:
    """A door of two places that anybody may fill."""
    return door(number, [Bench((0, 1), frozenset(PEOPLE))], dict(enumerate(team)), out)


@dataclass(frozen=True)
class _Plan:
    allowed: list[frozenset[str]]
    experts: frozenset[str]
    least: int
    out: frozenset[str]
    picks: list[int]


some = st.frozensets(st.sampled_from(PEOPLE))
plans = st.builds(
    _Plan,
    allowed=st.lists(some.map(lambda s: s | set(PEOPLE[:5])), min_size=1, max_size=2),
    experts=some,
    least=st.integers(0, 2),
    out=st.frozensets(st.sampled_from(PEOPLE), max_size=3),
    picks=st.lists(st.integers(0, 99), min_size=4, max_size=4),
)


def _built(number: int, plan: _Plan) -> DoorNow:
    """A door whose team was seated by its own rules, as far as they allow; places may stay empty."""
    benches, first = [], 0
    for allowed in plan.allowed:
        benches.append(Bench((first, first + 1), allowed, allowed & plan.experts, min(plan.least, 2)))
        first += 2
    made = door(number, benches, {}, plan.out)
    for slot, pick in zip(made.slots, plan.picks, strict=False):
        fitting = [person for person in PEOPLE if made.fits(slot, person)]
        if fitting:
            made = made.seating(slot, fitting[pick % len(fitting)])
    return made


tables = st.builds(
    lambda made, absent, cap, delta: table_of(
        *(_built(n, plan) for n, plan in enumerate(made)), absent=absent, cap=cap, delta=delta
    ),
    st.lists(plans, min_size=1, max_size=6),
    st.frozensets(st.sampled_from(PEOPLE), max_size=2),
    st.none() | st.integers(1, 4),
    st.integers(0, 2),
)
seeds = st.integers(0, 10**6).map(lambda n: H(str(n).encode()))


def lawful(made: DoorNow) -> bool:
    """Nobody sits where he may not, or twice; every seat can still have its experts."""
    seated = list(made.team.values())
    inside = all(
        made.team[slot] in bench.allowed - made.out
        for bench in made.benches
        for slot in bench.slots
        if slot in made.team
    )
    experts = all(
        sum(made.team.get(slot) is None or made.team[slot] in bench.experts for slot in bench.slots) >= bench.least
        for bench in made.benches
    )
    return inside and experts and len(set(seated)) == len(seated)
