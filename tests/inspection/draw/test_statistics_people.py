"""Nine hundred matches with fixed seeds: whether equals are sent alike (draw.md §5, T11, T13, T14, T16).

`make bench-draw` makes the same figures of 20,000. What so few can see by the sample-size rule: somebody who is sent a
seventh too rarely, or who comes to one object less than 15 of 100 times as often as he should; shown below.
"""

import pytest

from tests.support.chance.matches import MANY_DOORS, even_office, matches
from tests.support.chance.office_suite import RUNS, alike, even, unfair
from tests.support.chance.people import dependence, pair_shares, team_pairs, widest
from tests.support.chance.verdict import bias_found


def test_t11_people_of_the_same_eligibility_are_sent_alike() -> None:
    assert [str(finding) for finding in alike(RUNS) if not finding.fair] == []


def test_t13_any_two_people_go_together_as_often_as_any_other_two() -> None:
    assert team_pairs(even(RUNS)).fair
    shares = pair_shares(even(RUNS))
    assert len(shares) == 28
    assert shares.sum() == pytest.approx(1)
    assert 0.03 < shares.min() < 1 / 28 < shares.max() < 0.042


def test_t14_who_was_sent_once_is_a_little_less_likely_to_be_sent_again() -> None:
    """Not independent: loads are balanced. Told as it is; nobody's chance at a single door changes by it (T11)."""
    seen = dependence(even(RUNS))
    assert seen.z < -10
    assert -1 / 11 <= seen.same < -0.04  # twelve doors whose loads are always equal would give −1/11
    # Every door has two of eight people, so one correlation gives the other.
    assert seen.different == pytest.approx(-seen.same / 7, rel=1e-6)


def test_t14_without_balance_doors_do_not_depend_on_each_other() -> None:
    assert abs(dependence(even(RUNS // 3, delta=1000)).z) < 4.75


@pytest.mark.parametrize("delta", [0, 1, 4])
def test_t16_loads_stay_together(delta: int) -> None:
    """10 doors each in the mean; a door is one unit of load."""
    sent = matches(even_office(delta=delta), 60, MANY_DOORS)
    assert widest(sent.loads, range(8)) <= 2 * (delta + 1)
    assert sent.loads.sum() == 60 * 40 * 2


def test_t16_without_balance_they_do_not() -> None:
    assert widest(matches(even_office(delta=1000), 60, MANY_DOORS).loads, range(8)) > 10


@pytest.mark.parametrize("name", unfair())
def test_t10_an_unfair_match_is_caught(name: str) -> None:
    statistic, made = unfair()[name]
    runs = RUNS // 4 if name == "people in the order of the roster" else RUNS  # the others bend the matches made above
    assert any(not finding.fair for finding in statistic(made(runs)))


def test_the_sample_size_rule_gives_the_power_that_is_stated() -> None:
    """A quarter of the people at each of twelve doors; an object is drawn in three of ten matches."""
    assert bias_found(1 / 4, RUNS * 12) < 1 / 7
    assert bias_found(1 / 4, RUNS * 3 / 10) < 1 - 0.15
