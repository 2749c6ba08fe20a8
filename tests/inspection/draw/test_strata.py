"""Sizes of strata against what the words say, brute force where it can be done."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inspection.draw.lot.frame import Tally
from inspection.draw.lot.strata import Base, Rule, Size, StrataBy, StrataRule, proportional, sample

some_strata = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 6)).map(lambda t: (t[0] + t[1], t[1], t[2])),
    min_size=1,
    max_size=5,
)


def tally(strata: list[tuple[int, int, int]]) -> Tally:
    counted = {number: (rows, eligible) for number, (rows, eligible, _) in enumerate(strata)}
    return Tally(sum(rows for rows, _ in counted.values()), sum(e for _, e in counted.values()), {}, counted)


def names(strata: list[tuple[int, int, int]]) -> tuple[str, ...]:
    return tuple("abcde"[: len(strata)])


@settings(max_examples=200)
@given(some_strata, st.integers(0, 100))
def test_the_whole_sample_is_given_floors_first_and_nobody_beyond_its_eligible_rows(strata, share: int) -> None:
    rows, eligible, floors = (list(part) for part in zip(*strata, strict=True))
    least = [min(f, e) for f, e in zip(floors, eligible, strict=True)]
    n = sum(least) + (sum(eligible) - sum(least)) * share // 100
    given_ = proportional(n, rows, eligible, floors)
    assert sum(given_) == n
    assert all(low <= drawn <= most for low, drawn, most in zip(least, given_, eligible, strict=True))


def by_hand(n: int, rows: list[int]) -> list[int]:
    """Of all ways to give n, that in which the sum of squared distances from the exact shares, weighed alike, is least;
    among equals the one that favours lower numbers: what largest remainder gives where nothing else binds.
    """
    exact = [Fraction(n * one, sum(rows)) for one in rows]
    ways = [way for way in product(*(range(one + 1) for one in rows)) if sum(way) == n]
    return list(
        min(ways, key=lambda way: (sum((w - e) ** 2 for w, e in zip(way, exact, strict=True)), [-w for w in way]))
    )


@settings(max_examples=150)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=4), st.data())
def test_without_floors_and_exclusions_it_is_the_largest_remainder(rows: list[int], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, sum(rows)))
    assert proportional(n, rows, rows, [0] * len(rows)) == by_hand(n, rows)


def test_what_a_full_stratum_leaves_goes_to_the_others_by_their_rows() -> None:
    assert proportional(10, [100, 40, 60], [2, 40, 60], [0, 0, 0]) == [2, 3, 5]
    assert proportional(10, [100, 50, 50], [2, 50, 50], [0, 0, 0]) == [2, 5, 3]  # a tie each time: to the lower number
    assert proportional(5, [10, 90], [10, 90], [3, 0]) == [3, 2]
    assert proportional(6, [10, 10, 10], [1, 1, 10], [1, 0, 3]) == [1, 1, 4]


def test_floors_beyond_the_sample_are_refused() -> None:
    with pytest.raises(ValueError, match="floors"):
        proportional(4, [10, 10], [10, 10], [3, 2])
    assert proportional(5, [10, 10], [10, 10], [3, 2]) == [3, 2]


def test_more_than_is_eligible_is_refused() -> None:
    with pytest.raises(ValueError, match="eligible"):
        proportional(5, [10, 10], [2, 2], [0, 0])


@settings(max_examples=100)
@given(some_strata, st.lists(st.fractions(0, 1, max_denominator=50), min_size=5, max_size=5), st.sampled_from(Base))
def test_each_stratum_by_its_own_ratio_is_rounded_up_by_itself(strata, ratios: list[Fraction], base: Base) -> None:
    own = dict(zip(names(strata)[1:], ratios[1:], strict=False))
    floors = {name: floor for name, (_, _, floor) in zip(names(strata), strata, strict=True)}
    rule = StrataRule(Rule.OWN_RATIO, StrataBy.GRADE, own, floors)
    found = sample(tally(strata), Size(ratios[0], base), rule, names(strata))
    for one, (rows, eligible, floor) in zip(found.strata, strata, strict=True):
        share = own.get(one.name, ratios[0]) * (rows if base is Base.DIRECTORY else eligible)
        wanted = max(floor, -(-share.numerator // share.denominator))
        assert (one.ratio, one.floor) == (own.get(one.name, ratios[0]), floor)
        assert one.size == min(wanted, eligible)
    assert found.size == sum(one.size for one in found.strata)
    assert found.wanted >= found.size


@settings(max_examples=100)
@given(some_strata, st.integers(0, 80), st.booleans())
def test_a_number_of_objects_is_as_good_as_a_ratio(strata, count: int, whole: bool) -> None:
    rule = StrataRule() if whole else StrataRule(Rule.PROPORTIONAL, StrataBy.AREA)
    counted = tally([(rows, eligible, 0) for rows, eligible, _ in strata])
    if whole:
        counted = Tally(counted.rows, counted.eligible, {}, {0: (counted.rows, counted.eligible)})
    found = sample(counted, Size(count=count), rule, ("",) if whole else names(strata))
    assert (found.wanted, found.size) == (count, min(count, counted.eligible))
    assert sum(one.size for one in found.strata) == found.size


def test_the_base_of_the_ratio_is_the_directory_or_the_eligible_rows() -> None:
    counted = Tally(200, 100, {}, {0: (200, 100)})
    half = Fraction(1, 10)
    assert sample(counted, Size(half), StrataRule()).size == 20
    assert sample(counted, Size(half, Base.ELIGIBLE), StrataRule()).size == 10
    assert sample(counted, Size(Fraction(3, 4)), StrataRule()).size == 100  # exclusions win, the shortfall is told
    assert sample(counted, Size(Fraction(3, 4)), StrataRule()).wanted == 150


@settings(max_examples=100)
@given(some_strata, st.fractions(0, 1, max_denominator=20))
def test_floors_that_fit_hold_in_the_sample(strata, ratio: Fraction) -> None:
    floors = {name: floor for name, (_, _, floor) in zip(names(strata), strata, strict=True)}
    rule = StrataRule(Rule.PROPORTIONAL, StrataBy.AREA, floors=floors)
    n = min(-(-(ratio * sum(s[0] for s in strata)) // 1), sum(s[1] for s in strata))
    assume(sum(min(floor, eligible) for _, eligible, floor in strata) <= n)
    found = sample(tally(strata), Size(ratio), rule, names(strata))
    assert all(one.size >= min(one.floor, one.eligible) for one in found.strata)
    assert found.size == n
