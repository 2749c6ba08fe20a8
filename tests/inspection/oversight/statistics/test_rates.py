"""How counts become figures: spans and their quarters, corrections, excesses and the cap. Pure."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import Invalid
from inspection.oversight.statistics import rates
from inspection.oversight.statistics.cap import exceeds, suspects
from inspection.oversight.statistics.figures import Excess, rate
from inspection.oversight.statistics.spans import MOST_YEARS, Span, midnight, quarter_of, span
from inspection.oversight.statistics.store_results import Correction, Formed
from inspection.oversight.statistics.store_visits import Day
from inspection.policy.load import rule_set_named
from inspection.policy.terms import TaskKind
from inspection.visits.rows import Burden

RULES = rule_set_named("weihai-jingkai-commerce.2019")
QUANZHOU = rule_set_named("quanzhou-economy.2016")
DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
CODES = st.sampled_from(['["no_problem"]', '["rectified"]', '["problem_pending"]', '["closed"]'])
ONE, TWO = UUID(int=1), UUID(int=2)


@given(DAYS, st.integers(0, 900))
def test_the_quarters_of_a_span_are_its_days_each_once(first: date, length: int) -> None:
    asked = Span(first, first + timedelta(days=length))
    held = [part.first + timedelta(days=n) for part in asked.parts for n in range((part.last - part.first).days + 1)]
    assert held == [first + timedelta(days=n) for n in range(length + 1)]
    assert all(quarter_of(part.first) == quarter_of(part.last) == part.name for part in asked.parts)
    assert len({part.name for part in asked.parts}) == len(asked.parts)


@given(DAYS)
def test_a_day_begins_and_ends_in_beijing(day: date) -> None:
    asked = Span(day, day)
    assert local_day(asked.begin) == local_day(asked.end - timedelta(microseconds=1)) == day
    assert local_day(asked.end) == day + timedelta(days=1)


def test_a_span_by_itself_is_the_year_up_to_today() -> None:
    today = date(2026, 6, 1)
    assert span(None, None, today) == Span(date(2026, 1, 1), today)
    assert span(None, date(2024, 3, 1), today) == Span(date(2024, 1, 1), date(2024, 3, 1))
    assert span(date(2025, 5, 5), None, today) == Span(date(2025, 5, 5), today)
    assert span(date(2027, 1, 1), None, today) == Span(date(2027, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (date(2026, 2, 1), date(2026, 1, 1), "oversight.span_reversed"),
        (date(2026 - MOST_YEARS, 1, 1), date(2026, 1, 1), "oversight.span_too_long"),
    ],
)
def test_a_span_that_is_none_is_refused(first: date, last: date, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        span(first, last, date(2026, 6, 1))
    assert refused.value.message_key == why


def test_the_last_days_of_time_are_no_accident() -> None:
    assert span(None, date.max, date(2026, 1, 1)).last < date.max
    assert midnight(date(1, 1, 2)).tzinfo is UTC


@given(st.lists(st.tuples(CODES, CODES, st.integers(0, 3)), max_size=30))
def test_a_correction_moves_a_result_and_loses_none(changes: list[tuple[str, str, int]]) -> None:
    asked = Span(date(2025, 1, 1), date(2025, 12, 31))
    formed = [Formed(old, '["none"]', part, 1) for old, _, part in changes]
    quarters = [midnight(part.first) for part in asked.parts]
    corrected = [Correction(ONE, quarters[part], old, '["none"]', new, '["none"]') for old, new, part in changes]
    stands = rates.standing_results(formed, corrected, asked)
    assert stands == Counter((new, '["none"]', part) for _, new, part in changes)


def test_a_correction_of_another_year_moves_nothing() -> None:
    asked = Span(date(2025, 1, 1), date(2025, 12, 31))
    other = Correction(ONE, datetime(2024, 5, 5, tzinfo=UTC), '["no_problem"]', "[]", '["rectified"]', "[]")
    assert rates.standing_results([Formed('["no_problem"]', "[]", 0, 2)], [other], asked).total() == 2
    assert rates.standing_results([], [other], asked) == Counter()


def test_what_is_pending_is_said_by_the_code_or_by_one_beneath_it() -> None:
    assert rates.is_pending('["problem_pending"]')
    assert rates.is_pending('["not_disclosed"]')
    assert not rates.is_pending('["no_problem"]')
    assert not rates.is_pending('["rectified","closed"]')


@given(st.lists(st.tuples(st.sampled_from([ONE, TWO]), st.integers(0, 60), st.integers(1, 3)), max_size=20))
def test_excesses_are_counted_door_by_door(visits: list[tuple[UUID, int, int]]) -> None:
    held = Counter[tuple[UUID, date]]()
    for thing, day, times in visits:
        held[thing, date(2025, 1, 1) + timedelta(days=day)] += times
    told = rates.excesses([Day(thing, on, times) for (thing, on), times in held.items()], RULES.warnings)
    months = Counter[tuple[UUID, int]]()
    for (thing, on), times in held.items():
        months[thing, on.month] += times
    rule = RULES.warnings
    days = sum(times > rule.per_day for times in held.values())
    assert told[0] == Excess("day", rule.per_day, days)
    assert told[2] == Excess("month", rule.per_month, sum(times > rule.per_month for times in months.values()))


def burden(on: date, kind: TaskKind = TaskKind.RANDOM) -> Burden:
    return Burden(ONE, on, on, on, (kind,), UUID(int=on.toordinal()))


def test_the_cap_is_exceeded_by_visits_that_count_in_one_year() -> None:
    most = RULES.visit_cap.maximum
    assert most is not None
    today = date(2026, 1, 10)
    many = [burden(date(2025, 1 + n, 5)) for n in range(most + 1)]
    assert exceeds(many, RULES, today, most)
    assert not exceeds(many[1:], RULES, today, most)
    apart = [burden(date(2025, 11, 5)), burden(date(2025, 12, 5)), burden(date(2026, 1, 5))]
    assert not exceeds(apart, RULES, today, most)
    assert suspects(
        [Day(ONE, date(2025, 1, 5), most), Day(ONE, date(2025, 2, 5), 1), Day(TWO, date(2025, 1, 5), most)], most
    ) == {ONE}


def test_a_share_of_nothing_is_none() -> None:
    assert rate(0, 0).share is None
    assert rate(1, 3).share == 0.3333
