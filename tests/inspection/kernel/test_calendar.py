from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import WorkCalendar, load_calendar, seed_calendar
from inspection.kernel.calendar.seed import packaged_exceptions
from inspection.kernel.calendar.store import known_year, known_years
from inspection.kernel.command import Command
from inspection.kernel.journal import read

PACKAGED = packaged_exceptions()
CALENDAR = WorkCalendar(
    {day: works for days in PACKAGED.values() for day, (works, _) in days.items()}, frozenset(PACKAGED)
)

# field-facts.md §c6, day 0 not counted.
WORKING_DAY_VECTORS = [
    ("2026-01-05", 20, "2026-02-02"),
    ("2026-02-13", 7, "2026-03-02"),
    ("2026-02-13", 20, "2026-03-19"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2026-04-30", 7, "2026-05-13"),
    ("2026-04-30", 20, "2026-06-01"),
    ("2026-12-01", 20, "2026-12-29"),
    ("2025-12-31", -30, "2025-11-19"),
    ("2026-09-24", 7, "2026-10-12"),
    ("2026-09-24", 20, "2026-10-29"),
    ("2026-09-18", 20, "2026-10-22"),
    ("2026-09-18", 7, "2026-09-29"),
    ("2026-09-30", 5, "2026-10-13"),
    ("2026-06-18", 20, "2026-07-17"),
    ("2026-12-31", -30, "2026-11-19"),
]


@pytest.mark.parametrize(("start", "n", "due"), WORKING_DAY_VECTORS)
def test_a_working_day_clock_points_to_the_day_of_the_vector(start: str, n: int, due: str) -> None:
    found = CALENDAR.add_working_days(date.fromisoformat(start), n)
    assert (found.day.isoformat(), found.provisional) == (due, False)


def test_ninety_days_are_calendar_days() -> None:
    assert CALENDAR.add_days(date(2026, 3, 1), 90).day == date(2026, 5, 30)


def test_a_clock_that_crosses_an_unknown_year_is_provisional_instead_of_failing() -> None:
    last = max(PACKAGED)
    found = CALENDAR.add_working_days(date(last, 12, 15), 20)
    assert found.provisional
    assert CALENDAR.is_working_day(found.day)


@given(st.dates(date(2005, 1, 1), date(2025, 6, 1)), st.integers(1, 120))
def test_going_forward_counts_exactly_the_working_days_between(start: date, n: int) -> None:
    due = CALENDAR.add_working_days(start, n).day
    days = [start + timedelta(days=i) for i in range(1, (due - start).days + 1)]
    assert sum(CALENDAR.is_working_day(day) for day in days) == n
    assert CALENDAR.is_working_day(due)


@given(st.dates(date(2005, 6, 1), date(2025, 6, 1)), st.integers(1, 60))
def test_going_back_undoes_going_forward_from_a_working_day(start: date, n: int) -> None:
    working = CALENDAR.add_working_days(start, 1).day
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(working, n).day, -n).day == working


@given(st.dates(date(2003, 1, 1), date(2027, 12, 31)), st.integers(-30, 900))
def test_working_days_of_a_span_are_counted_as_one_by_one(start: date, days: int) -> None:
    between = [start + timedelta(days=n) for n in range(1, days + 1)]
    worked = sum(CALENDAR.is_working_day(day) for day in between)
    assert CALENDAR.working_days(start, start + timedelta(days=days)) == worked


async def test_seeding_twice_changes_nothing(db, cmd) -> None:
    assert await seed_calendar(cmd) == len(PACKAGED)
    assert await seed_calendar(cmd) == 0
    loaded = await load_calendar()
    assert loaded == CALENDAR
    assert len(await read("calendar")) == 1


async def test_a_year_is_told_with_its_source_and_its_days_in_order(db: object, cmd: Command) -> None:
    await seed_calendar(cmd)
    assert await known_years() == sorted(PACKAGED, reverse=True)
    told = await known_year(2026)
    assert told is not None
    assert {day: (works, name) for day, works, name in told.days} == PACKAGED[2026]
    assert [day for day, _, _ in told.days] == sorted(PACKAGED[2026])
    assert "chinesecalendar" in told.source
    assert await known_year(1999) is None
