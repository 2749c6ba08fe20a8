from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot import quota
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import FrameCell, stratum_key

H = hash_named("sha256")


def cells_of(*sizes_and_weights: tuple[int, int], task: int = 0, stratum: int = 0) -> list[FrameCell]:
    return [FrameCell(k, task, stratum, w, n) for k, (n, w) in enumerate(sizes_and_weights, start=1)]


some_cells = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 12)), min_size=1, max_size=8)


@st.composite
def a_draw(draw: st.DrawFn) -> tuple[list[FrameCell], int, bytes]:
    cells = cells_of(*draw(some_cells))
    return cells, draw(st.integers(0, sum(c.size for c in cells))), draw(st.binary(min_size=32, max_size=32))


@settings(max_examples=200)
@given(a_draw())
def test_quotas_sum_to_the_sample_and_stay_within_one_of_the_exact_share(case: tuple) -> None:
    cells, n, seed = case
    drawn = quota.quotas(H, seed, cells, {0: n})
    assert sum(q.quota for q in drawn) == n
    for q in drawn:
        assert 0 <= q.quota <= q.cell.size
        assert abs(q.quota - q.cell.size * q.probability) < 1
    assert sum(q.cell.size * q.probability for q in drawn) == n


@settings(max_examples=200)
@given(a_draw())
def test_probability_is_proportional_to_weight_until_it_would_exceed_one(case: tuple) -> None:
    cells, n, _ = case
    chance = quota.probabilities(cells, {0: n})
    free = [c for c in cells if chance[c.number] < 1]
    assert len({chance[c.number] / c.weight for c in free}) <= 1
    for certain in (c for c in cells if chance[c.number] == 1):
        assert all(certain.weight >= c.weight for c in free)


@settings(max_examples=60)
@given(a_draw(), st.randoms(use_true_random=False))
def test_the_order_of_the_cells_does_not_matter(case: tuple, rnd) -> None:
    cells, n, seed = case
    shuffled = cells[:]
    rnd.shuffle(shuffled)
    assert quota.quotas(H, seed, cells, {0: n}) == quota.quotas(H, seed, shuffled, {0: n})


@pytest.mark.parametrize(
    ("cells", "n"),
    [
        (cells_of((7, 1), (3, 2), (2, 5)), 4),
        (cells_of((5, 1), (5, 1), (5, 1)), 7),
        (cells_of((1, 1), (1, 2), (1, 3)), 2),
        (cells_of((10, 1), (2, 9)), 3),
        (
            cells_of(
                (3, 1),
            ),
            1,
        ),
        (cells_of((4, 7), (9, 3), (6, 1), (1, 50)), 8),
    ],
)
def test_over_all_thresholds_each_cell_gets_exactly_its_share(cells: list[FrameCell], n: int) -> None:
    """Enumerates every U of [0, W): the mean quota equals N·λ as a fraction, not approximately."""
    total, shares, certain = quota._shares(cells, n)
    for order in (shares, shares[::-1]):
        sums = dict.fromkeys((s.cell.number for s in shares), 0)
        for threshold in range(total):
            for q in quota.round_shares(order, total, threshold):
                sums[q.cell.number] += q.quota
        for share in shares:
            assert Fraction(sums[share.cell.number], total) == share.cell.size * share.probability
    assert all(quota.probabilities(cells, {0: n})[c.number] == 1 for c in certain)


def test_a_small_cell_is_not_immune_for_ever() -> None:
    cells = cells_of((3, 1), (997, 1))
    got = {quota.quotas(H, bytes([s]) * 32, cells, {0: 50})[0].quota for s in range(200)}
    assert got == {0, 1}


def test_nothing_and_everything() -> None:
    cells = cells_of((4, 1), (6, 3))
    assert [q.quota for q in quota.quotas(H, bytes(32), cells, {0: 0})] == [0, 0]
    everything = quota.quotas(H, bytes(32), cells, {0: 10})
    assert [(q.quota, q.probability) for q in everything] == [(4, 1), (6, 1)]
    assert quota.quotas(H, bytes(32), [], {}) == ()


def test_strata_keep_their_own_sizes() -> None:
    cells = [FrameCell(1, 0, 0, 1, 10), FrameCell(2, 0, 1, 1, 10), FrameCell(3, 0, 1, 4, 10)]
    drawn = quota.quotas(H, bytes(32), cells, {0: 3, 1: 5})
    assert drawn[0].quota == 3
    assert drawn[1].quota + drawn[2].quota == 5


def test_tasks_keep_their_own_sizes_and_thresholds() -> None:
    cells = [FrameCell(1, 0, 0, 1, 10), FrameCell(2, 0, 0, 2, 7), FrameCell(3, 1, 0, 1, 10), FrameCell(4, 1, 0, 2, 7)]
    sizes = {stratum_key(0, 0): 3, stratum_key(1, 0): 6}
    both = quota.quotas(H, bytes(32), cells, sizes)
    assert [sum(q.quota for q in both if q.cell.task == task) for task in (0, 1)] == [3, 6]
    assert both[:2] == quota.quotas(H, bytes(32), cells[:2], sizes)
    chances = quota.probabilities(cells, sizes)
    assert [chances[q.cell.number] for q in both] == [q.probability for q in both]
    keys = (0, 1, stratum_key(1, 0), stratum_key(1, 1))
    assert len({quota._threshold(H, bytes(32), key, 10**9) for key in keys}) == len(keys)


@pytest.mark.parametrize("n", [-1, 11])
def test_more_than_there_is_cannot_be_drawn(n: int) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        quota.quotas(H, bytes(32), cells_of((10, 1)), {0: n})


@pytest.mark.parametrize(
    ("ratio", "base", "n"),
    [
        (Fraction(7, 100), 100, 7),  # the float formula gives 8
        (Fraction(5, 100), 2000, 100),
        (Fraction(5, 100), 2001, 101),
        (Fraction(5, 100), 1, 1),
        (Fraction(5, 100), 0, 0),
        (Fraction(0), 10, 0),
        (Fraction(1), 10, 10),
    ],
)
def test_the_sample_is_rounded_up_exactly(ratio: Fraction, base: int, n: int) -> None:
    assert quota.sample_size(ratio, base) == n


@settings(max_examples=200)
@given(st.integers(0, 10**7), st.integers(0, 100), st.integers(1, 1000))
def test_the_sample_is_the_least_that_reaches_the_ratio(base: int, a: int, b: int) -> None:
    ratio = min(Fraction(a, b), Fraction(1))
    n = quota.sample_size(ratio, base)
    assert n >= ratio * base > n - 1


def test_a_ratio_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="within 0 and 1"):
        quota.sample_size(Fraction(3, 2), 10)
