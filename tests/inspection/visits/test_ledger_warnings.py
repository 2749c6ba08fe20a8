"""Warnings of more visits at one door than a day, a week or a month may hold."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.policy.model import RuleSet
from inspection.visits.ledger.warnings import Exceeded, Period, exceeded, period_window
from tests.support.rulesets import BY_CODE, each_rule_set

LIMITS = BY_CODE["weihai-jingkai-commerce"].warnings  # 1 a day, 2 a week, 3 a month
DAYS = st.dates(date(2026, 1, 1), date(2026, 4, 30))
MONDAY = date(2026, 3, 2)


def on(*days: int) -> list[tuple[date, date]]:
    """Visits of one day each, counted from a Monday, the second of its month."""
    return [(MONDAY + timedelta(days=n),) * 2 for n in days]


def test_as_many_as_the_limit_pass_without_a_word() -> None:
    assert exceeded(on(0, 3, 10), LIMITS) == []


def test_more_than_one_a_day_two_a_week_three_a_month_are_told() -> None:
    assert exceeded(on(0, 0), LIMITS) == [Exceeded(Period.DAY, MONDAY, 2, 1)]
    assert exceeded(on(0, 2, 6), LIMITS) == [Exceeded(Period.WEEK, MONDAY, 3, 2)]
    assert exceeded(on(0, 6, 7, 14), LIMITS) == [Exceeded(Period.MONTH, date(2026, 3, 1), 4, 3)]


def test_a_week_begins_on_monday_and_a_month_on_its_first_day() -> None:
    assert exceeded(on(5, 6, 7), LIMITS) == []
    march = [(date(2026, 3, 30),) * 2, (date(2026, 3, 24),) * 2, (date(2026, 3, 12),) * 2, (date(2026, 4, 1),) * 2]
    assert exceeded(march, LIMITS) == []


def test_a_visit_to_come_counts_only_where_it_is_certain_to_fall() -> None:
    this_week, this_month = (MONDAY, MONDAY + timedelta(days=4)), (MONDAY, date(2026, 3, 31))
    assert exceeded([*on(0), this_week, this_week], LIMITS) == [Exceeded(Period.WEEK, MONDAY, 3, 2)]
    assert exceeded([*on(0, 2), this_month], LIMITS) == []
    assert exceeded([*on(0, 7), this_month, this_month], LIMITS) == [
        Exceeded(Period.MONTH, date(2026, 3, 1), 4, 3),
    ]
    assert exceeded([(MONDAY, date(2026, 4, 15))] * 9, LIMITS) == []


@each_rule_set
def test_the_limits_are_those_of_the_rule_set(rules: RuleSet) -> None:
    limit = rules.warnings.per_day
    assert Period.DAY not in {one.period for one in exceeded(on(*[0] * limit), rules.warnings)}
    (first, *_) = exceeded(on(*[0] * (limit + 1)), rules.warnings)
    assert (first.period, first.visits, first.limit) == (Period.DAY, limit + 1, limit)


@given(days=st.lists(DAYS, max_size=15))
def test_warnings_are_the_periods_that_a_plain_count_finds(days: list[date]) -> None:
    found = {(one.period, one.first): one.visits for one in exceeded([(day, day) for day in days], LIMITS)}
    limits = {Period.DAY: 1, Period.WEEK: 2, Period.MONTH: 3}
    counted = Counter((period, period_window(period, day)[0]) for day in days for period in Period)
    assert found == {key: n for key, n in counted.items() if n > limits[key[0]]}


@given(days=st.lists(DAYS, max_size=10), more=DAYS)
def test_a_further_visit_never_takes_a_warning_away(days: list[date], more: date) -> None:
    before = {(one.period, one.first) for one in exceeded([(day, day) for day in days], LIMITS)}
    after = {(one.period, one.first) for one in exceeded([(day, day) for day in [*days, more]], LIMITS)}
    assert before <= after


@pytest.mark.parametrize("period", Period)
@given(day=DAYS)
def test_a_period_holds_its_day(period: Period, day: date) -> None:
    first, last = period_window(period, day)
    assert first <= day <= last
    assert period_window(period, first) == period_window(period, last) == (first, last)
