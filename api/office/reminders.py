"""提醒: what the signed-in person is reminded of, and what was not done by its day."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.overdue.listing import Overdue, overdue
from inspection.oversight.reminders.read import ReminderShown, my_reminders, see_reminder
from inspection.oversight.statistics.spans import span

OK: Final = 200


@get("/reminders", opt={"action": Action.REMINDER_READ})
async def read_reminders(request: AnyRequest, unseen: FromQuery[bool] = False) -> Sequence[ReminderShown]:
    """What waits for this person's role, or for the person by name: due in 5, in 2 working days, today, or late."""
    return await my_reminders(command(request), authority_of(request), unseen=unseen)


@post("/reminders/{reminder_id:uuid}/seen", opt={"action": Action.REMINDER_SEE}, status_code=OK)
async def see(request: AnyRequest, reminder_id: FromPath[UUID]) -> ReminderShown:
    """Mark a reminder as seen. It stays until its matter is done."""
    return await see_reminder(command(request), reminder_id)


@get("/overdue", opt={"action": Action.OVERDUE_READ})
async def read_overdue(
    request: AnyRequest, since: FromQuery[date | None] = None, until: FromQuery[date | None] = None
) -> Sequence[Overdue]:
    """Everything due from `since` to `until` (the year up to today) that was not done by its day, and by whom."""
    today = local_day(command(request).now)
    asked = span(since, until, today)
    return await overdue(authority_of(request), asked.first, asked.last, today)


router = Router("/office", route_handlers=[read_reminders, see, read_overdue], tags=["office: oversight"])
