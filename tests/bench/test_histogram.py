import math
import random

import pytest

from bench.histogram import Histogram, bucket, edges


def test_buckets_follow_each_other_without_gap_or_overlap() -> None:
    beyond = 0
    for place in range(2_000):
        low, high = edges(place)
        assert low == beyond
        assert bucket(low) == bucket(high - 1) == place
        beyond = high


@pytest.mark.parametrize("part", [0.5, 0.9, 0.99])
def test_a_percentile_is_that_of_the_sorted_values_within_a_bucket(part: float) -> None:
    chance = random.Random(7)
    values = [chance.lognormvariate(-5, 1.5) for _ in range(5_000)]
    exact = sorted(values)[math.ceil(len(values) * part) - 1] * 1000
    assert Histogram(values).at(part) == pytest.approx(exact, rel=1 / 64)


def test_the_largest_value_is_told_exactly() -> None:
    assert Histogram([0.001, 1.234567, 0.2]).at(1.0) == pytest.approx(1234.567)


def test_two_histograms_merged_are_the_histogram_of_both() -> None:
    one, other = Histogram([0.001, 0.5]), Histogram([0.02, 3.0])
    one.merge(other)
    assert list(one.buckets()) == list(Histogram([0.001, 0.5, 0.02, 3.0]).buckets())
    assert (one.count, one.least, one.most) == (4, 0.001, 3.0)


def test_nothing_has_no_percentile() -> None:
    assert math.isnan(Histogram().at(0.5))
