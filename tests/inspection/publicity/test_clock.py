"""When a result is due. The vectors are those of the field study (day 0 is not counted)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.calendar.seed import packaged_exceptions
from inspection.policy.clauses.part import Named
from inspection.policy.clauses.publicity import PenaltyClock, PublicationRule
from inspection.policy.terms import Bilingual, ClockStart
from inspection.publicity.clock import REMOVAL_DAYS, Milestones, clocks, due, is_late, penalty_due, removal_due

YEARS = packaged_exceptions()
CHINA = WorkCalendar({day: works for days in YEARS.values() for day, (works, _) in days.items()}, frozenset(YEARS))


def rule(working_days: int, starts: ClockStart = ClockStart.TASK_COMPLETED) -> PublicationRule:
    channel = Named(code="site", text=Bilingual(zh="网站", en="site"))
    return PublicationRule(
        article="第二十五条", working_days=working_days, starts=starts, channels=(channel,), per_item_channel=False
    )


VECTORS = [
    ("2026-01-05", 20, "2026-02-02"),
    ("2026-02-13", 7, "2026-03-02"),
    ("2026-02-13", 20, "2026-03-19"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2026-04-30", 7, "2026-05-13"),
    ("2026-04-30", 20, "2026-06-01"),
    ("2026-06-18", 20, "2026-07-17"),
    ("2026-09-18", 7, "2026-09-29"),
    ("2026-09-18", 20, "2026-10-22"),
    ("2026-09-24", 7, "2026-10-12"),
    ("2026-09-24", 20, "2026-10-29"),
    ("2026-09-30", 5, "2026-10-13"),
    ("2026-12-01", 20, "2026-12-29"),
]
"""Every vector of the field study (§c6) that counts working days forward."""


@pytest.mark.parametrize("starts", [ClockStart.RESULT_FORMED, ClockStart.TASK_COMPLETED, ClockStart.PENALTY_DECIDED])
@pytest.mark.parametrize(("start", "n", "last"), VECTORS)
def test_working_days_are_counted_over_holidays_and_worked_weekends(
    start: str, n: int, last: str, starts: ClockStart
) -> None:
    found = due(rule(n, starts), reached(starts, date.fromisoformat(start)), CHINA)
    assert found is not None
    assert (found.start, found.day, found.provisional) == (starts, date.fromisoformat(last), False)


@pytest.mark.parametrize(("start", "n", "last"), VECTORS)
def test_penalties_and_removals_are_counted_by_the_same_calendar(start: str, n: int, last: str) -> None:
    begun, day = date.fromisoformat(start), date.fromisoformat(last)
    plain = rule(n, ClockStart.RESULT_FORMED)
    own = plain.model_copy(update={"penalty": PenaltyClock(working_days=n, starts=ClockStart.PENALTY_DECIDED)})
    longer = own.model_copy(update={"working_days": 250})
    assert [penalty_due(one, begun, CHINA).day for one in (plain, own, longer)] == [day, day, day]
    if n == REMOVAL_DAYS:
        assert removal_due(begun, CHINA).day == day


def reached(start: ClockStart, day: date) -> Milestones:
    """That nothing but this has happened."""
    return {
        ClockStart.RESULT_FORMED: Milestones(result_formed=day),
        ClockStart.TASK_COMPLETED: Milestones(task_completed=day),
        ClockStart.PENALTY_DECIDED: Milestones(penalty_decided=day),
    }[start]


def test_a_clock_that_runs_into_an_unannounced_year_is_provisional_and_does_not_crash() -> None:
    beyond = date(max(CHINA.known_years), 12, 30)
    found = due(rule(20), Milestones(task_completed=beyond), CHINA)
    assert found is not None
    assert found.provisional


def test_only_the_event_the_rule_set_names_starts_the_clock() -> None:
    formed = Milestones(result_formed=date(2026, 3, 2))
    assert due(rule(20), formed, CHINA) is None
    found = due(rule(20, ClockStart.RESULT_FORMED), formed, CHINA)
    assert found is not None
    assert (found.start, found.started) == (ClockStart.RESULT_FORMED, date(2026, 3, 2))


def test_a_penalty_clock_starts_with_its_decision_and_an_application_starts_none() -> None:
    reached = Milestones(penalty_decided=date(2026, 9, 24), task_completed=date(2026, 1, 5))
    found = due(rule(7, ClockStart.PENALTY_DECIDED), reached, CHINA)
    assert found is not None
    assert found.day == date(2026, 10, 12)
    assert due(rule(7, ClockStart.APPLICATION_RECEIVED), reached, CHINA) is None


def test_the_due_day_itself_is_in_time_and_the_next_is_late() -> None:
    assert not is_late(date(2026, 3, 30), date(2026, 3, 30))
    assert is_late(date(2026, 3, 30), date(2026, 3, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Any pattern of holidays and worked weekends that leaves people some work."""
    first = date(2026, 1, 1)
    days = draw(st.dictionaries(st.integers(0, 120), st.booleans(), max_size=80))
    return WorkCalendar({first + timedelta(days=n): works for n, works in days.items()}, frozenset({2026}))


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), start=st.integers(0, 90), n=st.integers(1, 30))
def test_between_start_and_due_day_lie_exactly_n_working_days(calendar: WorkCalendar, start: int, n: int) -> None:
    begun = date(2026, 1, 1) + timedelta(days=start)
    found = due(rule(n), Milestones(task_completed=begun), calendar)
    assert found is not None
    days = [begun + timedelta(days=k) for k in range(1, (found.day - begun).days + 1)]
    assert sum(calendar.is_working_day(day) for day in days) == n
    assert calendar.is_working_day(found.day)


@settings(max_examples=100, deadline=None)
@given(calendar=calendars(), start=st.integers(0, 60), n=st.integers(1, 20), holiday=st.integers(0, 120))
def test_one_more_holiday_never_brings_the_due_day_forward(
    calendar: WorkCalendar, start: int, n: int, holiday: int
) -> None:
    begun = date(2026, 1, 1) + timedelta(days=start)
    closed = {**calendar.exceptions, date(2026, 1, 1) + timedelta(days=holiday): False}
    before = due(rule(n), Milestones(task_completed=begun), calendar)
    after = due(rule(n), Milestones(task_completed=begun), WorkCalendar(closed, calendar.known_years))
    assert before is not None
    assert after is not None
    assert after.day >= before.day


@settings(max_examples=100, deadline=None)
@given(calendar=calendars(), formed=st.integers(0, 90), decided=st.integers(0, 90), n=st.integers(1, 30))
def test_of_all_clocks_that_run_the_earliest_is_due(calendar: WorkCalendar, formed: int, decided: int, n: int) -> None:
    first = date(2026, 1, 1)
    days = Milestones(result_formed=first + timedelta(formed), penalty_decided=first + timedelta(decided))
    penal = PenaltyClock(working_days=7, starts=ClockStart.PENALTY_DECIDED)
    both = rule(n, ClockStart.RESULT_FORMED).model_copy(update={"penalty": penal})
    running = clocks(both, days, calendar)
    assert due(both, days, calendar) == running[0]
    assert [one.day for one in running] == sorted(one.day for one in running)
    assert {one.start for one in running} == {ClockStart.RESULT_FORMED, ClockStart.PENALTY_DECIDED}
    assert min(one.day for one in running) <= penalty_due(both, first + timedelta(decided), calendar).day


def test_a_penalty_with_a_clock_of_its_own_is_due_by_the_earlier_day() -> None:
    """金凤 第十六条: within 7 working days of the decision; the clock of the check runs beside it."""
    plain = PublicationRule(
        article="第十六条", working_days=20, starts=ClockStart.RESULT_FORMED, channels=(), per_item_channel=True
    )
    rule = plain.model_copy(update={"penalty": PenaltyClock(working_days=7, starts=ClockStart.PENALTY_DECIDED)})
    year = WorkCalendar({}, frozenset({2026}))
    formed = Milestones(result_formed=date(2026, 3, 2))
    decided = Milestones(result_formed=date(2026, 3, 2), penalty_decided=date(2026, 3, 4))
    late = Milestones(result_formed=date(2026, 3, 2), penalty_decided=date(2026, 6, 1))
    assert due(rule, formed, year) == due(plain, formed, year)
    first = due(rule, decided, year)
    assert first is not None
    assert (first.start, first.day) == (ClockStart.PENALTY_DECIDED, date(2026, 3, 13))
    assert due(rule, late, year) == due(plain, late, year)
