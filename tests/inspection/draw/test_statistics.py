"""Two thousand ceremonies with fixed seeds: rates, uniformity, independence of order.

Bounds on both sides (draw.md §5).

A statistic that is too good is as suspicious as one that is too bad. Every test of chance here is shown to fail for a
draw that is not fair: a protected object, a biased weight, a list position that matters.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pytest

from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import Candidate, Exclusion, Frame, build_frame, salt
from inspection.draw.lot.quota import quotas
from inspection.draw.lot.ticket import select, ticket_value
from inspection.draw.teams.roster import Roster, RosterRow, build_roster
from inspection.draw.teams.staffing import MatchRules, staff

H = hash_named("sha256")
RUNS = 2000
DRAWN = 10
# Two-sided p of 1e-6.
LIMIT = 4.89
WEIGHTS = (1,) * 20 + (2,) * 12 + (5,) * 8
OIDS = [f"91371000{i:010d}" for i in range(len(WEIGHTS))]
PEOPLE = [str(i) for i in range(12)]
ROSTER: Roster = build_roster([RosterRow(p, "一科", True) for p in PEOPLE], [])


@dataclass(frozen=True)
class Run:
    """One ceremony: which objects won, what each cell gave, how often each inspector was sent."""

    won: frozenset[str]
    loads: tuple[int, ...]


def key(label: str, number: int) -> bytes:
    return hashlib.sha256(f"{label} {number}".encode()).digest()


def frame_of(secret: bytes) -> Frame:
    return build_frame(H, secret, [Candidate(oid, weight=w) for oid, w in zip(OIDS, WEIGHTS, strict=True)])


@cache
def ceremonies() -> tuple[Run, ...]:
    runs = []
    for number in range(RUNS):
        secret, seed = key("secret", number), key("seed", number)
        frame = frame_of(secret)
        selection = select(H, seed, secret, frame, quotas(H, seed, frame.cells, {0: DRAWN}))
        done = staff(H, seed, secret, selection.drawn, ROSTER, MatchRules())
        loads = dict(zip(done.people, done.seating.loads, strict=True))
        runs.append(Run(frozenset(t.oid for t in selection.drawn), tuple(loads[p] for p in PEOPLE)))
    return tuple(runs)


def probability(weight: int) -> Fraction:
    return Fraction(DRAWN * weight, sum(WEIGHTS))


def members(weight: int) -> list[str]:
    return [oid for oid, w in zip(OIDS, WEIGHTS, strict=True) if w == weight]


def cell_z(runs: Sequence[Run], weight: int) -> float:
    """How many standard errors the cell's total lies from N·λ. The quota takes two neighbouring values only."""
    group = members(weight)
    exact = len(group) * probability(weight)
    rest = exact - exact.numerator // exact.denominator
    spread = math.sqrt(float(rest * (1 - rest)) * len(runs))
    return float(sum(len(run.won & set(group)) for run in runs) - exact * len(runs)) / spread


def normal_of_chi2(value: float, df: int) -> float:
    """A chi-squared value as a standard normal one (Wilson and Hilferty 1931)."""
    return ((value / df) ** (1 / 3) - (1 - 2 / (9 * df))) / math.sqrt(2 / (9 * df))


def uniform_z(runs: Sequence[Run], weight: int) -> float:
    """Whether the objects of a cell win equally often; drawn without replacement, so the variance is
    q(g-q)/(g(g-1)).
    """
    group = members(weight)
    counts = [sum(oid in run.won for run in runs) for oid in group]
    g, mean = len(group), sum(counts) / len(group)
    given = [len(run.won & set(group)) for run in runs]
    unit = sum(q * (g - q) for q in given) / len(given) / (g * (g - 1))
    return normal_of_chi2(sum((c - mean) ** 2 for c in counts) / (len(runs) * unit), g - 1)


def worst_object_z(runs: Sequence[Run]) -> float:
    """The object farthest from its own probability: a single protected one hides in an omnibus statistic."""
    found = []
    for oid, weight in zip(OIDS, WEIGHTS, strict=True):
        p, n = float(probability(weight)), sum(oid in run.won for run in runs)
        found.append(abs(n - len(runs) * p) / math.sqrt(len(runs) * p * (1 - p)))
    return max(found)


def pair_z(runs: Sequence[Run], a: str, b: str, weight: int) -> float:
    """Whether two objects of a cell win together as often as lots make them."""
    g = len(members(weight))
    given = [len(run.won & set(members(weight))) for run in runs]
    expected = sum(q * (q - 1) for q in given) / (g * (g - 1))
    return (sum({a, b} <= run.won for run in runs) - expected) / math.sqrt(expected)


def people_z(loads: Sequence[Sequence[int]]) -> float:
    """Whether inspectors with the same eligibility are sent equally often; they are balanced, so d =
    E[(X_a-X_b)²]/2.
    """
    n, runs = len(loads[0]), len(loads)
    totals = [sum(run[p] for run in loads) for p in range(n)]
    mean = sum(totals) / n
    pairs = sum((run[a] - run[b]) ** 2 for run in loads for a in range(n) for b in range(a))
    unit = pairs / (runs * n * (n - 1) / 2) / 2
    return normal_of_chi2(sum((t - mean) ** 2 for t in totals) / (runs * unit), n - 1)


@pytest.mark.parametrize("weight", [1, 2, 5])
def test_each_cell_is_drawn_at_its_printed_probability(weight: int) -> None:
    assert abs(cell_z(ceremonies(), weight)) < LIMIT


@pytest.mark.parametrize("weight", [1, 2, 5])
def test_within_a_cell_nobody_is_favoured(weight: int) -> None:
    assert abs(uniform_z(ceremonies(), weight)) < LIMIT


def test_no_single_object_is_protected_or_hunted() -> None:
    assert worst_object_z(ceremonies()) < 5.5  # 1e-6 shared by forty objects


def test_neighbours_in_the_list_win_together_as_often_as_any_two() -> None:
    assert abs(pair_z(ceremonies(), OIDS[0], OIDS[1], 1)) < LIMIT
    assert abs(pair_z(ceremonies(), OIDS[0], OIDS[19], 1)) < LIMIT


def test_the_last_of_the_list_wins_as_often_as_the_first() -> None:
    first, last = OIDS[:10], OIDS[10:20]
    gap = sum(len(run.won & set(first)) - len(run.won & set(last)) for run in ceremonies())
    spread = math.sqrt(sum((len(run.won & set(first)) - len(run.won & set(last))) ** 2 for run in ceremonies()))
    assert abs(gap / spread) < LIMIT


def test_inspectors_are_sent_equally_often() -> None:
    loads = [run.loads for run in ceremonies()]
    assert abs(people_z(loads)) < LIMIT
    assert all(max(run) - min(run) <= 4 for run in loads)


def test_the_ticket_of_one_object_is_uniform_over_ceremonies() -> None:
    values = sorted(
        int.from_bytes(ticket_value(H, key("seed", n), salt(H, key("secret", n), OIDS[3]), 3)[:8], "big") / 2**64
        for n in range(RUNS)
    )
    distance = max(max((i + 1) / RUNS - v, v - i / RUNS) for i, v in enumerate(values))
    # Kolmogorov: p of 1e-6 on either side.
    assert 0.28 < distance * math.sqrt(RUNS) < 2.69


def test_a_secret_ground_under_an_old_seed_wins_no_more_often_under_the_next() -> None:
    """The operator tries keys until a friend's ticket is the worst of all – and then the seed comes."""
    old = key("old", 0)

    def rank(secret: bytes, seed: bytes) -> int:
        values = [ticket_value(H, seed, salt(H, secret, oid), i) for i, oid in enumerate(OIDS[:20])]
        return sorted(values).index(values[5])

    ground = [n for n in range(4000) if rank(key("ground", n), old) == 19]
    assert len(ground) > 100
    ranks = [rank(key("ground", n), key("next", n)) for n in ground]
    mean, spread = 9.5, math.sqrt((20**2 - 1) / 12 / len(ranks))
    assert abs(sum(ranks) / len(ranks) - mean) / spread < LIMIT


# -- the statistics themselves must be able to fail ------------------------------------------------------------------


def bent(change: Callable[[int, Run], frozenset[str]]) -> list[Run]:
    return [Run(change(n, run), run.loads) for n, run in enumerate(ceremonies())]


def test_a_protected_object_would_be_caught() -> None:
    runs = bent(lambda n, run: run.won - ({OIDS[0]} if n % 2 else set()))
    assert worst_object_z(runs) > 5.5


def test_weights_that_are_not_probabilities_would_be_caught() -> None:
    """Successive weighted sampling, the usual shortcut, favours the light class."""

    def successive(n: int, _: Run) -> frozenset[str]:
        keys = []
        for oid, weight in zip(OIDS, WEIGHTS, strict=True):
            u = (int.from_bytes(key(oid, n)[:6], "big") + 1) / (2**48 + 1)
            keys.append((math.log(u) / weight, oid))
        return frozenset(oid for _, oid in sorted(keys, reverse=True)[:DRAWN])

    runs = bent(successive)
    assert cell_z(runs, 5) < -LIMIT
    assert cell_z(runs, 1) > LIMIT


def test_a_draw_in_steps_through_the_list_would_be_caught() -> None:
    """Every fourth row from a random start: each object has the same chance, but neighbours never win together."""

    def systematic(n: int, _: Run) -> frozenset[str]:
        start = key("start", n)[0] % 4
        return frozenset(OIDS[start:20:4])

    assert pair_z(bent(systematic), OIDS[0], OIDS[1], 1) < -LIMIT


def test_too_even_a_draw_would_be_caught() -> None:
    def in_turn(n: int, _: Run) -> frozenset[str]:
        return frozenset(OIDS[(n * 4 + k) % 20] for k in range(4))

    assert uniform_z(bent(in_turn), 1) < -LIMIT


def test_inspectors_dealt_in_the_order_of_the_roster_would_be_caught() -> None:
    loads = [tuple(2 if p < 8 else 1 for p in range(12)) if n % 3 else run.loads for n, run in enumerate(ceremonies())]
    assert people_z(loads) > LIMIT


def test_the_ceremonies_are_what_they_say() -> None:
    assert len(ceremonies()) == RUNS
    assert all(len(run.won) == DRAWN and sum(run.loads) == 2 * DRAWN for run in ceremonies())
    assert all(row.exclusion is Exclusion.NONE for row in frame_of(key("secret", 0)).rows)
