"""Three thousand ceremonies with fixed seeds: whether chance looks like chance (draw.md §5, T1 to T8, R9).

Every figure is bounded on both sides: p within [1e-6, 1 − 1e-6]. The same figures of 20,000 ceremonies of 400 objects
are made by `make bench-draw`. What so few can see by the sample-size rule (two-sided 1e-6, power 99.9 %): a class of 90
or of 15 objects that is off by a twentieth; a single object of chance .36 that is off by 20 %, of chance .07 by 53 %.
`test_statistics_power.py` shows that they do.
"""

from fractions import Fraction
from functools import cache
from itertools import permutations

import pytest

from inspection.draw.lot.build import build_frame
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.frame import Candidate, FrameCell, Place, frame_root, in_order
from inspection.draw.lot.quota import probabilities, quotas
from inspection.draw.lot.ticket import select
from tests.support.chance import tickets
from tests.support.chance.ceremonies import QUICK, H, ceremonies, key, oid
from tests.support.chance.counts import Draws
from tests.support.chance.suite import RUNS, found, ground_secrets, single_tickets
from tests.support.chance.verdict import Finding, bias_found, trials_needed

SMALL = [
    # (size, weight) of each cell, and how many are drawn
    ([(3, 1), (2, 2), (1, 3)], 2),
    ([(1, 1), (1, 1), (1, 1)], 1),
    ([(5, 1), (4, 7)], 3),
    ([(2, 1), (3, 2), (2, 5), (1, 40)], 4),  # one is certain
    ([(4, 3), (2, 100), (1, 900)], 4),  # two are certain, one after the other
    ([(3, 1), (2, 2)], 0),
    ([(3, 1), (2, 2)], 5),
]


@cache
def quick() -> tuple[Draws, ...]:
    return ceremonies(QUICK, RUNS)


def odd(findings: list[Finding]) -> list[str]:
    assert findings
    return [str(finding) for finding in findings if not finding.fair]


def proportional(cells: list[tuple[int, int]], n: int) -> list[Fraction]:
    """min(1, c·w) with the one c that gives n in all: the printed probabilities, found the other way round."""
    if n == sum(size for size, _ in cells):
        return [Fraction(1)] * len(cells)
    for full in range(len(cells)):
        heavy = sorted({w for _, w in cells}, reverse=True)[:full]
        left = n - sum(size for size, w in cells if w in heavy)
        c = Fraction(left, sum(size * w for size, w in cells if w not in heavy))
        chances = [Fraction(1) if w in heavy else c * w for _, w in cells]
        if left >= 0 and max(chances) <= 1:
            return chances
    raise AssertionError


def answering(threshold: int, order: tuple[int, ...]) -> Hash:
    """A hash that answers the common threshold and the order of the cells, and nothing else."""

    def h(data: bytes) -> bytes:
        if data[0] == 0x20:
            return threshold.to_bytes(32, "big")
        assert data[0] == 0x21
        return order.index(int.from_bytes(data[-4:], "big")).to_bytes(32, "big")

    return h


@pytest.mark.parametrize(("cells", "n"), SMALL)
def test_t01_over_all_thresholds_and_orders_every_quota_is_exactly_its_expectation(
    cells: list[tuple[int, int]], n: int
) -> None:
    listed = [FrameCell(number, 0, 0, weight, size) for number, (size, weight) in enumerate(cells, start=1)]
    chances = proportional(cells, n)
    assert probabilities(listed, {0: n}) == dict(enumerate(chances, 1))
    open_ = [cell for cell, chance in zip(listed, chances, strict=True) if chance < 1]
    total = sum(cell.size * cell.weight for cell in open_) or 1
    for order in permutations(range(1, len(cells) + 1)):
        sums = dict.fromkeys(range(1, len(cells) + 1), 0)
        for threshold in range(total):
            drawn = quotas(answering(threshold, order), bytes(32), listed, {0: n})
            assert sum(q.quota for q in drawn) == n
            for q, chance in zip(drawn, chances, strict=True):
                assert 0 <= q.quota <= q.cell.size
                assert abs(q.quota - q.cell.size * chance) < 1
                sums[q.cell.number] += q.quota
        assert [Fraction(sums[c.number], total) for c in listed] == [
            c.size * chance for c, chance in zip(listed, chances, strict=True)
        ]


def test_t02_each_cell_is_drawn_at_its_printed_probability() -> None:
    assert odd(found("T2", quick())) == []


def test_t03_within_a_cell_nobody_is_favoured() -> None:
    assert odd(found("T3", quick())) == []


def test_t04_no_single_object_is_protected_or_hunted() -> None:
    assert odd(found("T4", quick())) == []


def test_t05_any_two_objects_are_drawn_together_as_often_as_lots_make_them() -> None:
    assert odd(found("T5", quick())) == []


def test_t06_the_ticket_of_an_object_is_uniform_over_ceremonies() -> None:
    assert odd(single_tickets(RUNS)) == []


def test_t06_a_ticket_that_runs_through_its_range_is_too_even_to_be_chance() -> None:
    """An object whose tickets come from a counter wins as often as it should; that it is no lot shows all the same."""
    assert not tickets.spread([(n * 0.618033988749895) % 1 for n in range(RUNS)]).fair


def test_t07_the_order_in_which_the_directory_comes_does_not_matter() -> None:
    listed = [Candidate(oid(n), (Place(weight=1 + n % 3),)) for n in range(60)]
    allowed = [(0, 0, weight) for weight in (1, 2, 3)]
    results = set()
    for number in range(20):
        shuffled = sorted(listed, key=lambda one: key(one.oid, number))
        frame = build_frame(H, bytes(32), in_order(shuffled), allowed)
        shares = quotas(H, key("seed", 0), frame.cells, {0: 9})
        drawn = select(H, key("seed", 0), bytes(32), frame, shares).drawn
        results.add((frame_root(H, frame), tuple((t.oid, t.rank) for t in drawn)))
        with pytest.raises(ValueError, match="ascend"):
            build_frame(H, bytes(32), shuffled, allowed)
    assert len(results) == 1


def test_t07_no_tenth_of_the_list_is_drawn_more_often_than_another() -> None:
    assert odd(found("T7", quick())) == []


def test_t08_a_secret_ground_under_an_old_seed_wins_no_more_often_under_the_next() -> None:
    assert odd(ground_secrets(RUNS)) == []


def test_t08_under_the_seed_they_were_ground_for_the_same_secrets_always_win() -> None:
    """So the figure above is not of secrets that never were special."""
    assert tickets.wins_of_ground([0, 41], 1, seeds="old") == [1, 1]


def test_r09_within_a_cell_nobody_comes_first_more_often() -> None:
    assert odd(found("R9", quick())) == []


def test_a_joint_draw_opens_fewer_doors_than_two_draws_would() -> None:
    """draw.md §4.8: an object's ticket serves both tasks; the chance of each stays what it is (T2 to T5 above)."""
    first, second = quick()
    hits = first.won.sum() + second.won.sum()
    doors = (first.won | second.won).sum()
    alone = sum(1 - (1 - float(p)) * (1 - float(q)) for p, q in zip(_chances(first), _chances(second), strict=True))
    assert hits == RUNS * (16 + 9)
    assert doors < 0.95 * RUNS * alone


def _chances(draws: Draws) -> list[Fraction]:
    return [draws.chance[number] if number >= 0 else Fraction(0) for number in draws.cell]


def test_the_sample_size_rule_is_the_one_of_the_design() -> None:
    assert round(trials_needed(0.05, 0.05), -4) == 480_000
    assert round(trials_needed(0.24, 0.02), -4) == 500_000
    assert bias_found(0.05, trials_needed(0.05, 0.1)) == pytest.approx(0.1)
    for chance, objects, bias in ((80 / 225, 1, 0.2), (16 / 225, 1, 0.53), (80 / 225, 15, 0.05), (16 / 225, 90, 0.056)):
        assert bias_found(chance, RUNS * objects) == pytest.approx(bias, abs=0.005)
