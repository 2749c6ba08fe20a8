from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store_tasks
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task
from inspection.planning.task_rules import TaskStep, after
from mobile_contract.problems import ProblemCode


async def review_task(cmd: Command, task_id: UUID, *, approve: bool, remarks: str | None = None) -> TaskFacts:
    """The gate before the draw (任务审核, 威海 第十四条): another person approves a preset task or returns it.

    Raises:
        NotFound: `planning.task_unknown`.
        Refused: `planning.same_person`: who preset it may not review it.
        Conflict: `planning.task_step`: it is not waiting for a review.
    """
    async with unit_of_work():
        found = await _locked(task_id)
        state = after(found.state, TaskStep.APPROVE if approve else TaskStep.RETURN)
        if cmd.actor.id == found.preset_by:
            raise Refused(ProblemCode.SAME_PERSON, "planning.same_person")
        await store_tasks.set_review(task_id, state, cmd.actor.id, cmd.now, remarks)
        kind = EventKind.TASK_APPROVED if approve else EventKind.TASK_RETURNED
        await append(cmd.under(found.rule_set).event(kind, f"task:{task_id}", number=found.number, remarks=remarks))
        return await task(task_id)


async def mark_drawn(cmd: Command, task_id: UUID, *, draw: UUID) -> TaskFacts:
    """Note that objects and inspectors are drawn: the task is generated (任务生成).

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.task_step`: it is not approved, or drawn already.
    """
    return await _step(cmd, task_id, TaskStep.DRAW, EventKind.TASK_DRAWN, draw=str(draw))


async def reopen_task(cmd: Command, task_id: UUID, *, draw: UUID) -> TaskFacts:
    """Note that the draw was voided: the task may be drawn again.

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.task_step`: it is not drawn.
    """
    return await _step(cmd, task_id, TaskStep.VOID_DRAW, EventKind.TASK_REOPENED, draw=str(draw))


async def complete_task(cmd: Command, task_id: UUID) -> TaskFacts:
    """Note that every visit of the task is done. From this day a publication clock may run (威海 第二十五条).

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.task_step`: it is not drawn, or completed already.
    """
    return await _step(cmd, task_id, TaskStep.COMPLETE, EventKind.TASK_COMPLETED)


async def _step(cmd: Command, task_id: UUID, step: TaskStep, kind: EventKind, **facts: str) -> TaskFacts:
    async with unit_of_work():
        found = await _locked(task_id)
        state = after(found.state, step)
        await store_tasks.move_task(task_id, state, cmd.now if step is TaskStep.COMPLETE else None)
        await append(cmd.under(found.rule_set).event(kind, f"task:{task_id}", number=found.number, **facts))
        return await task(task_id)


async def _locked(task_id: UUID) -> TaskFacts:
    found = await store_tasks.lock_task(task_id)
    if found is None:
        raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.task_unknown", task=str(task_id))
    return found
