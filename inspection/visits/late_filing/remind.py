"""The section is reminded of visits that it has not filed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.calendar import WorkCalendar, load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.late_filing import store
from inspection.visits.late_filing.rules import reminds_on

AHEAD: Final = timedelta(days=31)
"""No two working days lie further apart."""


async def remind_late(cmd: Command) -> int:
    """Remind the sections of what is due to be filed and of what is late, each once a working day; how many were."""
    today, calendar = local_day(cmd.now), await load_calendar()
    if not calendar.is_working_day(today):
        return 0
    reminded = 0
    for row in await store.open_filings(today + AHEAD):
        if reminds_on(today, row.due_on, row.reminded_on, calendar):
            reminded += await in_unit(_remind, cmd, row.visit, today, calendar)
    return reminded


async def _remind(cmd: Command, visit: UUID, today: date, calendar: WorkCalendar) -> bool:
    row = await store.lock_filing(visit)
    if row is None or row.filed_at is not None or row.dismissed_at is not None:
        return False
    if not reminds_on(today, row.due_on, row.reminded_on, calendar):
        return False
    await store.change_filing(visit, reminded_on=today)
    told = replace(cmd, authority=row.authority)
    due = row.due_on.isoformat()
    await append(told.event(EventKind.LATE_FILING_REMINDED, f"visit:{visit}", due_on=due, late=today > row.due_on))
    return True
