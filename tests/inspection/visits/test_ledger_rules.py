"""Which visits count for an object's cap, under each of the rule-sets."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspection.policy.model import RuleSet
from inspection.policy.terms import CapCounts, CapPeriod, TaskKind
from inspection.visits.ledger.rules import (
    Why,
    burden_by_object,
    ledger_of,
    most_in_one_year,
    span_of,
    used,
    year_after,
    year_before,
)
from inspection.visits.rows import Burden
from tests.support.rulesets import ALL_RULE_SETS, BY_CODE, each_rule_set

SHOP, OTHER = UUID(int=1), UUID(int=2)
WEIHAI, QUANZHOU = BY_CODE["weihai-jingkai-commerce"], BY_CODE["quanzhou-economy"]
DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))
ONE_DAY = timedelta(days=1)


def visit(first: date, last: date | None = None, executed: date | None = None, *kinds: TaskKind) -> Burden:
    return Burden(SHOP, first, last or first, executed, kinds or (TaskKind.RANDOM,))


def whys(visits: list[Burden], rules: RuleSet, day: date, today: date | None = None) -> list[Why]:
    return [line.why for line in ledger_of(visits, rules, day, today or day)]


# -- what one year is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 3, 2), date(2027, 3, 2)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
        (date(2024, 2, 28), date(2025, 2, 28)),
        (date(9999, 5, 1), date.max),
    ],
)
def test_a_year_ends_on_the_corresponding_day_or_the_last_of_its_month(day: date, last: date) -> None:
    """民法典 第二百零一条、第二百零二条."""
    assert year_after(day) == last


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 3, 2), date(2025, 3, 2)),
        (date(2025, 2, 28), date(2024, 2, 28)),
        (date(2025, 3, 1), date(2024, 3, 1)),
        (date(2028, 2, 29), date(2027, 3, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(1, 5, 1), date.min),
    ],
)
def test_the_year_before_begins_with_the_earliest_day_whose_year_is_not_over(day: date, first: date) -> None:
    assert year_before(day) == first


@given(one=DAYS, other=DAYS)
@example(one=date(2024, 2, 29), other=date(2025, 2, 28))
@example(one=date(2027, 2, 28), other=date(2028, 2, 29))
def test_looking_back_and_looking_ahead_agree_on_what_lies_within_one_year(one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    assert (last <= year_after(first)) is (first >= year_before(last))


@given(days=st.lists(DAYS, max_size=8), day=DAYS)
def test_the_busiest_year_holds_the_day_and_no_span_of_a_year_holds_more(days: list[date], day: date) -> None:
    first, last = most_in_one_year(days, day)
    assert first <= day <= last == year_after(first)
    most = sum(first <= one <= last for one in days)
    starts = (year_before(day) + ONE_DAY * n for n in range((day - year_before(day)).days + 1))
    assert most == max(sum(start <= one <= year_after(start) for one in days) for start in starts)


def test_visits_on_both_sides_of_a_day_that_share_no_year_do_not_add_up() -> None:
    day = date(2026, 6, 1)
    near = [visit(date(2025, 7, 1)), visit(date(2027, 5, 1))]
    assert used(ledger_of(near, QUANZHOU, day, day)) == 1
    assert used(ledger_of([*near, visit(date(2026, 5, 1))], QUANZHOU, day, day)) == 2


# -- what counts -----------------------------------------------------------------------------------------------------


def test_visits_carried_out_and_visits_to_come_count_missed_ones_do_not() -> None:
    today = date(2026, 6, 15)
    done = visit(date(2026, 3, 1), date(2026, 3, 28), date(2026, 3, 5))
    missed = visit(date(2026, 4, 1), date(2026, 4, 28))
    coming = visit(date(2026, 9, 1), date(2026, 9, 28))
    assert whys([done, missed, coming], WEIHAI, today) == [Why.EXECUTED, Why.MISSED, Why.TO_COME]
    assert whys([missed], QUANZHOU, today) == [Why.DRAWN]


def test_a_calendar_year_and_a_rolling_year_look_back_differently() -> None:
    day = date(2026, 2, 1)
    last_autumn = visit(date(2025, 10, 1), date(2025, 10, 28), date(2025, 10, 5))
    assert whys([last_autumn], WEIHAI, day) == [Why.OTHER_PERIOD]
    assert whys([last_autumn], QUANZHOU, day) == [Why.EXECUTED]


def test_a_draw_in_december_for_january_counts_the_visits_of_the_coming_year() -> None:
    today, january = date(2025, 12, 20), date(2026, 1, 10)
    this_year = visit(date(2025, 3, 1), date(2025, 3, 28), date(2025, 3, 5))
    next_year = visit(date(2026, 2, 1), date(2026, 2, 28))
    assert burden_by_object([this_year, next_year], WEIHAI, january, today) == {SHOP: 1}
    assert burden_by_object([this_year], WEIHAI, january, today) == {}


def test_a_visit_that_served_several_tasks_counts_once() -> None:
    day = date(2026, 6, 1)
    merged = visit(day, day, day, TaskKind.CLUE, TaskKind.RANDOM)
    assert burden_by_object([merged], WEIHAI, day, day) == {SHOP: 1}


@each_rule_set
def test_visits_outside_the_draw_count_as_far_as_the_cap_limits_their_kind(rules: RuleSet) -> None:
    day = date(2026, 6, 1)
    for kind in TaskKind:
        (line,) = ledger_of([visit(day, day, day, kind)], rules, day, day)
        outside = rules.outside_draw.of(kind)
        assert line.counts is (outside is None or outside.limited_by_cap)
        assert line.counts or line.why is Why.OUTSIDE


@each_rule_set
def test_the_ledger_counts_by_the_rule_set_s_own_words(rules: RuleSet) -> None:
    day = date(2026, 6, 1)
    missed = visit(date(2026, 2, 1), date(2026, 2, 3))
    assert bool(used(ledger_of([missed], rules, day, day))) is (rules.visit_cap.counts is CapCounts.DRAWN)
    last_july = visit(date(2025, 7, 1), date(2025, 7, 1), date(2025, 7, 1))
    rolling = rules.visit_cap.period is CapPeriod.ROLLING_YEAR
    assert bool(used(ledger_of([last_july], rules, day, day))) is rolling


@given(
    days=st.lists(st.tuples(DAYS, st.integers(0, 40), st.booleans()), max_size=6),
    day=DAYS,
    today=DAYS,
    rules=st.sampled_from(ALL_RULE_SETS),
)
def test_every_visit_is_listed_once_with_its_reason_and_the_sum_is_the_count(
    days: list[tuple[date, int, bool]], day: date, today: date, rules: RuleSet
) -> None:
    visits = [visit(one, one + ONE_DAY * more, one if done else None) for one, more, done in days]
    lines = ledger_of(visits, rules, day, today)
    assert sorted(map(repr, (line.burden for line in lines))) == sorted(map(repr, visits))
    first, last = span_of(rules.visit_cap, day)
    assert all(first <= line.day <= last for line in lines if line.counts)
    assert burden_by_object(visits, rules, day, today).get(SHOP, 0) == used(lines) == sum(w.why.counts for w in lines)


def test_an_object_without_a_visit_that_counts_is_not_named() -> None:
    day = date(2026, 6, 1)
    elsewhere = Burden(OTHER, date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 1))
    assert burden_by_object([elsewhere], WEIHAI, day, day) == {}
