"""What other rooms ask of planning. Reads only."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.planning import store, store_above, store_lines, store_tasks
from inspection.planning.facts import PlanFacts, PlanLineFacts, TaskFacts, TaskPapers
from inspection.planning.store_above import HigherPlanFacts
from inspection.planning.store_tasks import TasksWanted
from inspection.planning.task_states import TaskState
from mobile_contract.problems import ProblemCode


async def plan(plan_id: UUID) -> PlanFacts:
    """One version of a plan with its lines.

    Raises:
        NotFound: `planning.plan_unknown`.
    """
    found = await store.plan(plan_id)
    if found is None:
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.plan_unknown", plan=str(plan_id))
    return found


async def plan_line(line_id: UUID) -> PlanLineFacts | None:
    """One line of a plan; None when there is none."""
    plan_id = await store_lines.plan_of_line(line_id)
    lines = (await store_lines.lines_of([plan_id])).get(plan_id, ()) if plan_id else ()
    return next((line for line in lines if line.id == line_id), None)


async def plans(authority: UUID, year: int | None = None) -> list[PlanFacts]:
    """All versions, the newest year and version first."""
    return await store.plans(authority, year)


async def plan_versions(authority: UUID, year: int | None = None) -> list[tuple[PlanFacts, int]]:
    """All versions without their lines, each with how many it has; the newest year and version first."""
    return await store.plan_versions(authority, year)


async def plan_in_force(authority: UUID, year: int) -> PlanFacts | None:
    """The approved or filed version of a year; None before the first approval."""
    return await store.plan_in_force(authority, year)


async def published_plans() -> list[PlanFacts]:
    """Every published version of every authority, without lines; the newest year and version first."""
    return await store.published_plans()


async def published_plan(plan_id: UUID) -> tuple[str, str]:
    """The exact text that was published of a plan (JSON), and its SHA-256 (hex).

    Raises:
        NotFound: `planning.plan_unknown`: there is none, or it is not public.
    """
    found = await store.publication(plan_id)
    if found is None:
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.plan_unknown", plan=str(plan_id))
    return found


async def higher_plans(authority: UUID, starts_on: date, ends_on: date) -> list[HigherPlanFacts]:
    """What higher authorities have planned in these days, by authority, number and item."""
    return await store_above.higher_plans(authority, starts_on, ends_on)


async def task(task_id: UUID) -> TaskFacts:
    """One task.

    Raises:
        NotFound: `planning.task_unknown`.
    """
    found = await store_tasks.task(task_id)
    if found is None:
        raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.task_unknown", task=str(task_id))
    return found


async def tasks_with_plans(ids: Collection[UUID]) -> dict[UUID, tuple[TaskFacts, str | None]]:
    """By id, those that exist, each with its plan's name where it comes out of one."""
    return await store_tasks.with_plans(ids)


async def tasks(authority: UUID, state: TaskState | None = None) -> list[TaskFacts]:
    """The tasks of an authority, the newest first."""
    return await store_tasks.tasks(authority, state)


async def task_page(
    authority: UUID, wanted: TasksWanted, *, before: UUID | None = None, limit: int = 50
) -> list[TaskFacts]:
    """A page of an authority's tasks, the newest first, those before the task `before`."""
    return await store_tasks.task_page(authority, wanted, before=before, limit=limit)


async def papers_of(task_ids: Collection[UUID]) -> dict[UUID, TaskPapers]:
    """By task, the texts it was pinned with."""
    return await store_tasks.papers_of(task_ids)
