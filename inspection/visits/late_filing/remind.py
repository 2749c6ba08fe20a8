"""That the section was reminded of a visit that it has not filed stands in the visit's own journal too."""

from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.late_filing import store


async def reminded_of(cmd: Command, visit: UUID, due_on: date) -> bool:
    """Note that the section was reminded (`inspection.oversight.reminders`); False when there is nothing to file."""
    today = local_day(cmd.now)
    async with unit_of_work():
        row = await store.lock_filing(visit)
        if row is None or row.filed_at is not None or row.dismissed_at is not None:
            return False
        await store.change_filing(visit, reminded_on=today)
        due, late = due_on.isoformat(), today > due_on
        await append(cmd.event(EventKind.LATE_FILING_REMINDED, f"visit:{visit}", due_on=due, late=late))
    return True
