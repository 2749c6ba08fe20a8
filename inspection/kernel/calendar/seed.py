from datetime import date
from importlib.metadata import version

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

from inspection.kernel.calendar import store
from inspection.kernel.calendar.rules import SATURDAY
from inspection.kernel.command import Command
from inspection.kernel.journal.append import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import unit_of_work

STREAM = "calendar"


def packaged_exceptions() -> dict[int, dict[date, tuple[bool, str]]]:
    """Year → day → (works, name), as `chinesecalendar` has them."""
    years: dict[int, dict[date, tuple[bool, str]]] = {}
    for day, name in holidays.items():
        if day.weekday() < SATURDAY:
            years.setdefault(day.year, {})[day] = (False, str(name))
    for day, name in workdays.items():
        if day.weekday() >= SATURDAY:
            years.setdefault(day.year, {})[day] = (True, str(name))
    return years


async def seed_calendar(cmd: Command) -> int:
    """Load every year that the packaged calendar knows and the store does not; returns how many were new."""
    known = (await store.load_calendar()).known_years
    source = f"chinesecalendar {version('chinesecalendar')} ({chinese_calendar.__name__})"
    fresh = {year: days for year, days in packaged_exceptions().items() if year not in known}
    if not fresh:
        return 0
    async with unit_of_work():
        for year, days in sorted(fresh.items()):
            await store.replace_year(year, days, source, cmd.now)
        await append(cmd.event(EventKind.CALENDAR_IMPORTED, STREAM, years=sorted(fresh), source=source))
    return len(fresh)
