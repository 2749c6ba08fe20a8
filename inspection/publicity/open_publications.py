from uuid import UUID

from inspection.kernel.calendar import WorkCalendar, load_calendar
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.publicity import store
from inspection.publicity.clock import Due, clocks, penalty_due
from inspection.publicity.redaction import search_text
from inspection.publicity.store import WaitingRow


async def open_publications(cmd: Command, *, visit_id: UUID) -> int:
    """Open one publication for each outcome of an approved visit and start the clocks that can start.

    Harmless to repeat; a visit that is unknown or not approved has nothing to open. Returns how many were new.
    """
    async with unit_of_work():
        results = await store.results_to_open(visit_id)
        rows = [
            (
                cmd.new_id(),
                result,
                rule_set_named(result.rule_set).publication.starts.value,
                search_text(result.object_name, result.object_code),
            )
            for result in results
        ]
        fresh = await store.add_publications(rows, cmd.now)
        opened = {str(key): str(result.outcome) for key, result, _, _ in rows if result.outcome in fresh}
        if opened:
            await append(cmd.event(EventKind.PUBLICATION_OPENED, stream(visit_id), publications=opened))
        await start_clocks(cmd, visit_id=visit_id)
    return len(opened)


async def start_clocks(
    cmd: Command, *, authority: UUID | None = None, visit_id: UUID | None = None, anew: bool = False
) -> int:
    """Start every clock whose start event has happened, and set anew every due day that was provisional; with `anew`,
    every one: a penalty may have started an earlier clock, or have been annulled.

    Harmless to repeat. To be run when a result is formed, a task completed or a calendar imported. Returns how many
    due days were set.
    """
    async with unit_of_work():
        calendar = await load_calendar()
        moved = 0
        for row in await store.waiting(authority=authority, visit=visit_id):
            if anew or row.due_on is None or row.provisional:
                moved += await _start(cmd, row, calendar)
    return moved


def stream(visit_id: UUID) -> str:
    """The journal stream of a visit: what happens to its publications belongs to its story."""
    return f"visit:{visit_id}"


def clocks_of(row: WaitingRow, calendar: WorkCalendar) -> tuple[Due, ...]:
    """The clocks that run for a publication, the earliest day first. Pure."""
    rule = rule_set_named(row.rule_set).publication
    if row.penalty is None:
        return clocks(rule, row.milestones, calendar)
    decided = row.milestones.penalty_decided
    return (penalty_due(rule, decided, calendar),) if decided is not None else ()


async def _start(cmd: Command, row: WaitingRow, calendar: WorkCalendar) -> bool:
    found = next(iter(clocks_of(row, calendar)), None)
    if found is None or (found.day, found.provisional) == (row.due_on, row.provisional):
        return False
    await store.set_clock(row.id, found)
    await append(
        cmd.under(row.rule_set).event(
            EventKind.PUBLICATION_CLOCK_STARTED,
            row.stream,
            publication=str(row.id),
            start=found.start.value,
            started_on=found.started.isoformat(),
            due_on=found.day.isoformat(),
            provisional=found.provisional,
        )
    )
    return True
