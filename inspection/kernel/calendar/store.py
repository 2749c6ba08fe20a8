"""All queries of the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from inspection.kernel.ask import ask
from inspection.kernel.calendar.rules import WorkCalendar
from inspection.kernel.calendar.tables import CalendarException, CalendarYear
from inspection.kernel.sql import bulk_insert


async def load_calendar() -> WorkCalendar:
    """The calendar as it is known now."""
    years = await ask("SELECT year FROM calendar_year")
    days = await ask("SELECT day, works FROM calendar_exception")
    return WorkCalendar({row["day"]: bool(row["works"]) for row in days}, frozenset(row["year"] for row in years))


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


@dataclass(frozen=True, slots=True)
class YearKnown:
    """A year whose holiday notice is known: where it was taken from, and the days that are not as their weekday says
    (day, whether it is worked, name), in their order."""

    year: int
    source: str
    imported_at: datetime
    days: tuple[tuple[date, bool, str], ...]


async def known_years() -> list[int]:
    """The years whose holiday notice is known, the newest first."""
    rows = await CalendarYear.select(CalendarYear.year).order_by(CalendarYear.year, ascending=False)
    return [row["year"] for row in rows]


async def known_year(year: int) -> YearKnown | None:
    """One year; None when its notice is not known."""
    row = await CalendarYear.select().where(CalendarYear.year == year).first()
    if row is None:
        return None
    inside = (CalendarException.day >= date(year, 1, 1)) & (CalendarException.day <= date(year, 12, 31))
    days = await CalendarException.select().where(inside).order_by(CalendarException.day)
    told = tuple((one["day"], bool(one["works"]), one["name"]) for one in days)
    return YearKnown(year, row["source"], row["imported_at"], told)
