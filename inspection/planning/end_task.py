"""Ends of a task without a visit: given up, or closed because nobody may be drawn. By a second person."""

from collections.abc import Mapping
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store_tasks
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task
from inspection.planning.review_task import locked_task, someone_else
from inspection.planning.task_states import TaskStep, after
from mobile_contract.problems import ProblemCode

REASON_MOST = 2000


async def cancel_task(cmd: Command, task_id: UUID, *, reason: str) -> TaskFacts:
    """Give a task up before it is drawn or assigned. Whether a draw is under way is asked by the caller.

    Raises:
        NotFound: `planning.task_unknown`.
        Refused: `planning.same_person`: who preset it may not cancel it.
        Conflict: `planning.task_step`: it is drawn, assigned or ended.
        Invalid: `planning.end_reason`.
    """
    return await _end(cmd, task_id, TaskStep.CANCEL, EventKind.TASK_CANCELLED, reason, None)


async def close_task(cmd: Command, task_id: UUID, *, reason: str, shortfall: Mapping[str, JSON]) -> TaskFacts:
    """Close an approved task that nobody can be drawn for. `shortfall` says how many were wanted and why none is left
    (the cap prevails over the least ratio; 威海 第六条 under 原则上).

    Raises:
        NotFound: `planning.task_unknown`.
        Refused: `planning.same_person`: who preset it may not close it.
        Conflict: `planning.task_step`: it is not approved.
        Invalid: `planning.end_reason`.
    """
    return await _end(cmd, task_id, TaskStep.CLOSE, EventKind.TASK_CLOSED, reason, shortfall)


async def _end(
    cmd: Command, task_id: UUID, step: TaskStep, kind: EventKind, reason: str, shortfall: Mapping[str, JSON] | None
) -> TaskFacts:
    reason = reason.strip()
    if not reason or len(reason) > REASON_MOST:
        raise Invalid(ProblemCode.INVALID, "planning.end_reason", most=REASON_MOST)
    async with unit_of_work():
        found = await locked_task(task_id)
        state = after(found.state, step)
        someone_else(cmd, found)
        ended = {"ended_by": cmd.actor.id, "ended_at": cmd.now, "end_reason": reason}
        kept = store_tasks.shortfall_text(shortfall) if shortfall is not None else None
        await store_tasks.change_task(task_id, state=state.value, shortfall=kept, **ended)
        facts: dict[str, JSON] = {"number": found.number, "reason": reason}
        if shortfall is not None:
            facts["shortfall"] = shortfall
        await append(cmd.under(found.rule_set).event(kind, f"task:{task_id}", lane=None, **facts))
        return await task(task_id)
