"""OPENING and CLOSED: from the first object that was made public to the last, or to the end of the tasks."""

from uuid import UUID

from inspection.draw import store, store_tickets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.changes.current import matches_now
from inspection.draw.standing import event, past, someone_else
from inspection.draw.store import DrawRow
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import find as planning
from inspection.planning.task_states import TaskState
from mobile_contract.problems import ProblemCode

ENDED = frozenset({TaskState.COMPLETED, TaskState.CANCELLED, TaskState.CLOSED})


async def note_opening(cmd: Command, row: DrawRow) -> None:
    """A ticket was just opened: the draw is OPENING with the first, CLOSED with the last. Inside a unit of work."""
    if row.state is DrawState.SEALED:
        await store.change_draw(row.id, {"state": DrawState.OPENING.value, "opening_at": cmd.now})
        await append(event(cmd, row, EventKind.DRAW_OPENING))
    closed, came_in = await store_tickets.waiting(row.id)
    # Only objects that others came in for may stay closed: as long as there are more, nobody need look closer.
    if row.state is not DrawState.CLOSED and closed <= came_in and not await _unopened(row):
        await _close(cmd, row, left=0)


async def close_draw(cmd: Command, *, draw_id: UUID) -> Ceremony:
    """Close a draw whose tasks have ended although some results were never made public. Again: changes nothing.

    Raises:
        Refused: by the operator.
        Conflict: the draw is not sealed; `draw.not_over`: objects are to be made public yet.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        past(row, DrawState.SEALED)
        if row.state is not DrawState.CLOSED:
            someone_else(cmd, row.operator, "draw.operator_closes")
            left = await _unopened(row)
            tasks = [await planning.task(task) for task in row.tasks]
            if left and not all(task.state in ENDED for task in tasks):
                raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.not_over", left=left)
            await _close(cmd, row, left=left)
    return await store.ceremony(draw_id)


async def _unopened(row: DrawRow) -> int:
    """How many of the objects that are to be visited were not made public yet."""
    opened = await store_tickets.opened_tickets(row.id)
    return sum(one.ticket_id not in opened for one in await matches_now(row))


async def _close(cmd: Command, row: DrawRow, *, left: int) -> None:
    await store.change_draw(row.id, {"state": DrawState.CLOSED.value, "closed_at": cmd.now})
    await append(event(cmd, row, EventKind.DRAW_CLOSED, unpublished=left))
