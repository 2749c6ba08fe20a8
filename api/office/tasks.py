"""Tasks: preset from a plan line, reviewed by another person."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import Field

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.permits import Action
from api.ratios import RatioText
from inspection.kernel.errors import NotFound
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task, tasks
from inspection.planning.preset_task import preset_task, revise_task
from inspection.planning.review_task import review_task
from inspection.planning.store import plan_of_line
from inspection.planning.task_rules import Scope, TaskState
from inspection.policy.terms import DrawMode, MatchKind, MatchMode
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

Scheme = Annotated[str, Field(min_length=1, max_length=20_000)]
TaskName = Annotated[str, Field(min_length=1, max_length=200)]
Values = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(max_length=200)]

# The framework keeps the argument name `state` for itself.
StateAsked = Annotated[TaskState | None, QueryParameter(name="state")]


class ScopeAsked(Wire):
    """Which rows of the directory a targeted draw takes; a dimension without values lets every row pass."""

    kinds: Values = ()
    scales: Values = ()
    areas: Values = ()


class PresetTask(Wire):
    """A task of the annual plan. Ratio and team size are the plan's and the rule-set's least unless given."""

    plan_line: UUID
    scheme: Scheme
    starts_on: date
    ends_on: date
    name: TaskName | None = None
    ratio: RatioText | None = None
    team_size: Annotated[int, Field(ge=1, le=50)] | None = None
    draw_mode: DrawMode = DrawMode.UNTARGETED
    match_kind: MatchKind = MatchKind.AUTOMATIC
    match_mode: MatchMode = MatchMode.SCATTERED
    scope: ScopeAsked | None = None


class ReviseTask(Wire):
    """A returned task, mended."""

    scheme: Scheme
    name: TaskName
    starts_on: date
    ends_on: date


class ReviewTask(Wire):
    """Approve a preset task, or return it with remarks."""

    approve: bool
    remarks: Annotated[str, Field(max_length=4000)] | None = None


@post("/tasks", opt={"action": Action.TASK_PRESET})
async def preset(request: AnyRequest, data: JSONBody[PresetTask]) -> TaskFacts:
    """Set a task up; it then waits for its review."""
    await _check_line(request, data.plan_line)
    given = {name: getattr(data, name) for name in PresetTask.model_fields if name not in {"ratio", "scope"}}
    ratio = Fraction(data.ratio) if data.ratio is not None else None
    scope = Scope(data.scope.kinds, data.scope.scales, data.scope.areas) if data.scope else None
    return await preset_task(command(request), unit=bearer_of(request).unit, ratio=ratio, scope=scope, **given)


@get("/tasks", opt={"action": Action.TASK_READ})
async def read_tasks(request: AnyRequest, standing: StateAsked = None) -> Sequence[TaskFacts]:
    """The tasks of this authority, the newest first."""
    return await tasks(authority_of(request), standing)


@get("/tasks/{task_id:uuid}", opt={"action": Action.TASK_READ})
async def read_task(request: AnyRequest, task_id: FromPath[UUID]) -> TaskFacts:
    """One task."""
    return await my_task(request, task_id)


@post("/tasks/{task_id:uuid}/revision", opt={"action": Action.TASK_PRESET}, status_code=200)
async def revise(request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[ReviseTask]) -> TaskFacts:
    """Mend a returned task and hand it in again."""
    await my_task(request, task_id)
    days = {"starts_on": data.starts_on, "ends_on": data.ends_on}
    return await revise_task(command(request), task_id, scheme=data.scheme, name=data.name, **days)


@post("/tasks/{task_id:uuid}/review", opt={"action": Action.TASK_REVIEW}, status_code=200)
async def review(request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[ReviewTask]) -> TaskFacts:
    """The gate before the draw: never by the person who preset the task."""
    await my_task(request, task_id)
    return await review_task(command(request), task_id, approve=data.approve, remarks=data.remarks)


async def _check_line(request: AnyRequest, line: UUID) -> None:
    found = await plan_of_line(line)
    if found is None or found[0].authority != authority_of(request):
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.line_unknown", line=str(line))


async def my_task(request: AnyRequest, task_id: UUID) -> TaskFacts:
    """A task of the caller's authority; NotFound for any other."""
    found = await task(task_id)
    if found.authority != authority_of(request):
        raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.task_unknown", task=str(task_id))
    return found


router = Router("/office", route_handlers=[preset, read_tasks, read_task, revise, review], tags=["office: tasks"])
