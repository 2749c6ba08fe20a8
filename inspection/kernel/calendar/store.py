"""All queries of the calendar."""

from collections.abc import Mapping
from datetime import date, datetime

from inspection.kernel.calendar.rules import WorkCalendar
from inspection.kernel.calendar.tables import CalendarException, CalendarYear
from inspection.kernel.sql import bulk_insert


async def load_calendar() -> WorkCalendar:
    """The calendar as it is known now."""
    years = await CalendarYear.select(CalendarYear.year)
    days = await CalendarException.select(CalendarException.day, CalendarException.works)
    return WorkCalendar({row["day"]: row["works"] for row in days}, frozenset(row["year"] for row in years))


async def replace_year(year: int, exceptions: Mapping[date, tuple[bool, str]], source: str, now: datetime) -> None:
    """Put one year's data in place of what was known of it."""
    await CalendarException.delete().where(
        CalendarException.day >= date(year, 1, 1), CalendarException.day <= date(year, 12, 31)
    )
    await CalendarYear.delete().where(CalendarYear.year == year)
    await bulk_insert(
        CalendarException, [{"day": day, "works": works, "name": name} for day, (works, name) in exceptions.items()]
    )
    await bulk_insert(CalendarYear, [{"year": year, "source": source, "imported_at": now}])
