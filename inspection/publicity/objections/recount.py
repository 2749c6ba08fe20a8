"""Due days that were counted before the calendar of a year was announced are set anew."""

from uuid import UUID

from inspection.kernel.calendar import load_calendar
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.publicity.objections import store
from inspection.publicity.objections.clock import due
from inspection.publicity.open_publications import stream
from inspection.visits.reading import known_visit


async def count_objections_again(cmd: Command, *, authority: UUID | None = None) -> int:
    """Set every provisional due day of an undecided objection by the calendar as it is known now; how many moved.

    Harmless to repeat. To be run when a calendar was imported.
    """
    moved = 0
    async with unit_of_work():
        calendar = await load_calendar()
        for row in await store.provisional(authority):
            rule_set = (await known_visit(row.visit)).rule_set
            last = due(rule_set_named(rule_set).objection, row.received_at, calendar)
            if (last.day, last.provisional) == (row.due_on, row.due_provisional):
                continue
            await store.set_due(row.id, last.day, provisional=last.provisional)
            told = {"objection": str(row.id), "number": row.number, "due_on": last.day.isoformat()}
            event = EventKind.OBJECTION_DUE_SET
            await append(cmd.under(rule_set).event(event, stream(row.visit), **told, provisional=last.provisional))
            moved += 1
    return moved
