"""The clocks tell those whose turn it is; every stage once. What is told is read in the house."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.apart import over_authorities
from inspection.kernel.calendar import WorkCalendar, load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.oversight.clocks import Matter, RunningClock, running_clocks
from inspection.oversight.reminders import store
from inspection.oversight.reminders.rules import stage_of
from inspection.oversight.reminders.store import ReminderRow
from inspection.visits.late_filing.remind import reminded_of


async def remind_all(cmd: Command) -> int:
    """Note the reminders of today for every authority; how many were new. On a holiday nobody is reminded."""
    today, calendar = local_day(cmd.now), await load_calendar()
    if not calendar.is_working_day(today):
        return 0

    async def remind(authority: UUID) -> int:
        clocks = (await running_clocks(authority, today)).clocks
        return await in_unit(_note, replace(cmd, authority=authority), authority, clocks, today, calendar)

    known = [row.id for row in await authorities.authorities()]
    return await over_authorities(known, remind, "an authority is not reminded")


async def _note(
    cmd: Command, authority: UUID, clocks: Sequence[RunningClock], today: date, calendar: WorkCalendar
) -> int:
    wanted = [row for one in clocks if (row := _row(cmd, authority, one, today, calendar)) is not None]
    running = {(one.matter, one.subject, one.due_on): one for one in clocks}
    known = await store.open_reminders(authority)
    await store.end([one.id for one in known if one.clock not in running], today)
    moved = [passed for one in known if one.clock in running and (passed := _passed(one, running[one.clock])) != one]
    for one in moved:
        await store.pass_on(one)
    before = {(one.clock, one.stage) for one in known}
    fresh = await store.add([one for one in wanted if (one.clock, one.stage) not in before])
    told = [one for one in wanted if one.id in fresh]
    for one in told:
        if one.matter is Matter.FILING:
            await reminded_of(cmd, UUID(one.subject), one.due_on)
    if told or moved:
        facts: list[JSON] = [_told(one) for one in (*told, *moved)]
        await append(cmd.event(EventKind.REMINDERS_NOTED, f"authority:{authority}", reminders=facts))
    return len(told)


def _passed(row: ReminderRow, clock: RunningClock) -> ReminderRow:
    """The reminder as whose turn it is now."""
    return replace(row, whose=clock.whose, to_do=clock.to_do, person=clock.person)


def _told(row: ReminderRow) -> dict[str, JSON]:
    return {
        "reminder": str(row.id),
        "matter": row.matter.value,
        "subject": row.subject,
        "due_on": row.due_on.isoformat(),
        "stage": row.stage.value,
        "whose": row.whose.value,
    }


def _row(cmd: Command, authority: UUID, clock: RunningClock, today: date, calendar: WorkCalendar) -> ReminderRow | None:
    if clock.due_on is None:
        return None
    stage = stage_of(clock.due_on, today, calendar)
    if stage is None:
        return None
    return ReminderRow(
        id=cmd.new_id(),
        authority=authority,
        matter=clock.matter,
        subject=clock.subject,
        name=clock.name,
        to_do=clock.to_do,
        whose=clock.whose,
        person=clock.person,
        due_on=clock.due_on,
        provisional=clock.provisional,
        stage=stage,
        noted_on=today,
    )
