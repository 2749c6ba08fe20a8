"""By when an objection is settled: working days from the day it came in, over holidays and into years to come."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.calendar.rules import BEIJING, local_day
from inspection.policy.clauses.publicity import ObjectionRule
from inspection.policy.model import RuleSet
from inspection.policy.terms import ClockStart
from inspection.publicity.objections.clock import due
from tests.inspection.publicity.test_clock import CHINA
from tests.support.rulesets import ALL_RULE_SETS

DAY = timedelta(days=1)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def rule(working_days: int = 20) -> ObjectionRule:
    return ObjectionRule(article="第二十六条", working_days=working_days, starts=ClockStart.APPLICATION_RECEIVED)


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=BEIJING)


def with_2027(days: dict[str, bool]) -> WorkCalendar:
    more = {date.fromisoformat(day): works for day, works in days.items()}
    return WorkCalendar({**CHINA.exceptions, **more}, CHINA.known_years | {2027})


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-03-02", "2026-03-30"),
        ("2026-02-13", "2026-03-19"),  # over the Spring Festival: 14 and 28 February are worked
        ("2026-02-21", "2026-03-20"),  # on a holiday: it still counts from the next working day
        ("2026-04-30", "2026-06-01"),  # over May Day, with 9 May worked
        ("2026-09-18", "2026-10-22"),  # over Mid-Autumn and National Day, with 20 September and 10 October worked
        ("2026-12-03", "2026-12-31"),  # to the last day of the year
    ],
)
def test_twenty_working_days_after_the_day_of_receipt(received: str, last: str) -> None:
    found = due(rule(), noon(received), CHINA)
    assert (found.day, found.provisional) == (date.fromisoformat(last), False)


@pytest.mark.parametrize(
    ("announced", "last"),
    [
        (None, "2027-01-11"),  # 1 January counts like any Friday while nobody knows better
        ({"2027-01-01": False}, "2027-01-12"),
        ({"2027-01-01": False, "2027-01-09": True}, "2027-01-11"),
        ({"2027-01-01": False, "2027-01-04": False, "2027-01-05": False}, "2027-01-14"),
    ],
)
def test_over_the_end_of_the_year_it_is_provisional_until_the_calendar_is_announced(
    announced: dict[str, bool] | None, last: str
) -> None:
    calendar = CHINA if announced is None else with_2027(announced)
    found = due(rule(), noon("2026-12-14"), calendar)
    assert (found.day, found.provisional) == (date.fromisoformat(last), announced is None)


def test_midnight_is_beijings() -> None:
    evening = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    assert due(rule(), evening, CHINA).day == date(2026, 3, 30)
    assert due(rule(), evening + timedelta(minutes=1), CHINA).day == date(2026, 3, 31)


@pytest.mark.parametrize("rules", ALL_RULE_SETS, ids=lambda rules: rules.code)
def test_each_rule_set_says_how_long_a_review_may_take(rules: RuleSet) -> None:
    last = {"odd-authority": date(2026, 3, 5)}.get(rules.code, date(2026, 3, 30))
    assert due(rules.objection, noon("2026-03-02"), CHINA).day == last
    assert rules.objection.starts is ClockStart.APPLICATION_RECEIVED


@given(INSTANTS, st.integers(1, 60))
def test_the_last_day_is_worked_and_exactly_so_many_worked_days_lie_behind_the_day_of_receipt(
    received: datetime, days: int
) -> None:
    found, start = due(rule(days), received, CHINA), local_day(received)
    between = [start + DAY * n for n in range(1, (found.day - start).days + 1)]
    assert CHINA.is_working_day(found.day)
    assert sum(map(CHINA.is_working_day, between)) == days
    assert found.provisional == any(day.year not in CHINA.known_years for day in between)


@given(INSTANTS, INSTANTS)
def test_what_came_in_later_is_never_due_earlier(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert due(rule(), first, CHINA).day <= due(rule(), second, CHINA).day


@given(INSTANTS, st.integers(0, 86_399))
def test_the_hour_of_receipt_changes_nothing(received: datetime, second: int) -> None:
    begins = datetime.combine(local_day(received), datetime.min.time(), BEIJING)
    assert due(rule(), begins + timedelta(seconds=second), CHINA) == due(rule(), begins, CHINA)


@given(INSTANTS, st.sets(st.dates(date(2027, 1, 1), date(2027, 3, 31)), max_size=20))
def test_a_calendar_that_is_announced_moves_only_clocks_that_were_provisional(
    received: datetime, holidays: set[date]
) -> None:
    before = due(rule(), received, CHINA)
    after = due(rule(), received, with_2027({day.isoformat(): False for day in holidays}))
    assert not after.provisional
    assert after.day >= before.day
    if not before.provisional:
        assert after == before
