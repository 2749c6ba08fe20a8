from collections.abc import Mapping
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store_tasks
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task
from inspection.planning.task_states import TaskState, TaskStep, after
from inspection.policy.load import rule_set_named
from inspection.policy.terms import ApprovalTime, TaskKind
from mobile_contract.problems import ProblemCode


async def review_task(cmd: Command, task_id: UUID, *, approve: bool, remarks: str | None = None) -> TaskFacts:
    """The gate before the draw (任务审核, 威海 第十四条): another person approves a preset task or returns it.

    A task of an emergency that was assigned at once gets its approval afterwards (补办审批): the decision is kept, and
    takes nothing back of what was done.

    Raises:
        NotFound: `planning.task_unknown`.
        Refused: `planning.same_person`: who preset it may not review it.
        Conflict: `planning.task_step`: it is not waiting for a review.
    """
    async with unit_of_work():
        found = await locked_task(task_id)
        step = _step_of(found, approve=approve)
        state = after(found.state, step)
        someone_else(cmd, found)
        await store_tasks.set_review(task_id, state, cmd.actor.id, cmd.now, remarks)
        facts: dict[str, JSON] = {"number": found.number, "remarks": remarks}
        if step is TaskStep.CONFIRM:
            await store_tasks.change_task(task_id, confirmed=approve)
            facts["afterwards"] = True
        kind = EventKind.TASK_APPROVED if approve else EventKind.TASK_RETURNED
        await append(cmd.under(found.rule_set).event(kind, f"task:{task_id}", lane=None, **facts))
        return await task(task_id)


def _step_of(found: TaskFacts, *, approve: bool) -> TaskStep:
    afterwards = found.state in {TaskState.ASSIGNED, TaskState.COMPLETED} and found.approve_by is not None
    if afterwards and found.reviewed_at is None:
        return TaskStep.CONFIRM
    return TaskStep.APPROVE if approve else TaskStep.RETURN


async def mark_drawn(cmd: Command, task_id: UUID, *, draw: UUID) -> TaskFacts:
    """Note that objects and inspectors are drawn: the task is generated (任务生成).

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.task_step`: it is not approved, or drawn already; `planning.task_other_way`: it is made
            outside the draw.
    """
    now = {"drawn_at": cmd.now}
    return await _step(cmd, task_id, TaskStep.DRAW, EventKind.TASK_DRAWN, now, draw=str(draw))


async def reopen_task(cmd: Command, task_id: UUID, *, draw: UUID) -> TaskFacts:
    """Note that the draw was voided: the task may be drawn again.

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.task_step`: it is not drawn.
    """
    gone = dict.fromkeys(("drawn_at", "filed_with", "filed_reference", "filed_by", "filed_at"))
    return await _step(cmd, task_id, TaskStep.VOID_DRAW, EventKind.TASK_REOPENED, gone, draw=str(draw))


async def mark_assigned(cmd: Command, task_id: UUID) -> TaskFacts:
    """Note that a team was designated for a task outside the draw: after its approval, or at once in an emergency.

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.task_step`: it is not approved where it must be, or assigned already.
    """
    found = await locked_task(task_id)
    kind = rule_set_named(found.rule_set).outside_draw.of(found.kind)
    at_once = kind is not None and kind.approval is ApprovalTime.AFTERWARDS and found.state is TaskState.PRESET
    step = TaskStep.ASSIGN_AT_ONCE if at_once else TaskStep.ASSIGN
    return await _step(cmd, task_id, step, EventKind.TASK_ASSIGNED, {}, at_once=at_once)


async def complete_task(cmd: Command, task_id: UUID) -> TaskFacts:
    """Note that every visit of the task is done. From this day a publication clock may run (威海 第二十五条).

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.task_step`: it is not drawn, or completed already.
    """
    return await _step(cmd, task_id, TaskStep.COMPLETE, EventKind.TASK_COMPLETED, {"completed_at": cmd.now})


async def _step(
    cmd: Command, task_id: UUID, step: TaskStep, kind: EventKind, columns: Mapping[str, Any], **facts: JSON
) -> TaskFacts:
    async with unit_of_work():
        found = await locked_task(task_id)
        state = after(found.state, step)
        drawn, assigned = step is TaskStep.DRAW, step in {TaskStep.ASSIGN, TaskStep.ASSIGN_AT_ONCE}
        if (drawn and found.kind is not TaskKind.RANDOM) or (assigned and found.kind is TaskKind.RANDOM):
            raise Conflict(ProblemCode.CONFLICT, "planning.task_other_way", kind=found.kind.value)
        await store_tasks.change_task(task_id, state=state.value, **columns)
        await append(cmd.under(found.rule_set).event(kind, f"task:{task_id}", lane=None, number=found.number, **facts))
        return await task(task_id)


def someone_else(cmd: Command, found: TaskFacts) -> None:
    """Two pairs of eyes.

    Raises:
        Refused: `planning.same_person`: the actor preset the task.
    """
    if cmd.actor.id == found.preset_by:
        raise Refused(ProblemCode.SAME_PERSON, "planning.same_person")


async def locked_task(task_id: UUID) -> TaskFacts:
    """The task, kept from others until commit.

    Raises:
        NotFound: `planning.task_unknown`.
    """
    found = await store_tasks.lock_task(task_id)
    if found is None:
        raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.task_unknown", task=str(task_id))
    return found
