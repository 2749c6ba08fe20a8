"""Tasks: preset from a plan line, reviewed by another person, ended without a draw where there can be none."""

from collections.abc import Sequence
from dataclasses import replace
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
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.kernel.errors import NotFound
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task, tasks
from inspection.planning.preset_task import preset_task, revise_task
from inspection.planning.review_task import review_task
from inspection.planning.scope import Scope
from inspection.planning.store import plan_of_line
from inspection.planning.task_rules import Needs
from inspection.planning.task_states import TaskState
from inspection.policy.terms import DrawMode, Mark, MatchKind, MatchMode, TaskKind
from inspection.registry.objects.rows import RiskLevel
from inspection.visits.due import TaskDue, tasks_due
from inspection.visits.opening.end_task import cancel_task, close_task, file_drawn_list
from inspection.visits.opening.preset_outside import revise_outside_task
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

Scheme = Annotated[str, Field(max_length=20_000)]
TaskName = Annotated[str, Field(min_length=1, max_length=200)]
Word = Annotated[str, Field(min_length=1, max_length=100)]
Values = Annotated[tuple[Word, ...], Field(max_length=200)]
Party = Annotated[str, Field(min_length=1, max_length=200)]
Materials = Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=30)]
"""需要准备的资料, a line each."""
Text = Annotated[str, Field(min_length=1, max_length=2000)]

# The framework keeps the argument name `state` for itself.
StateAsked = Annotated[TaskState | None, QueryParameter(name="state")]
Within = Annotated[int | None, QueryParameter(ge=0, le=3660, description="due in so many days, or overdue")]

SEE_NAMED = frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL})
"""Who may read whom a task outside the draw names, before its visits are unsealed (金凤 第十八条)."""


class ScopeAsked(Wire):
    """Which rows of the directory a draw takes; a dimension without values lets every row pass."""

    kinds: Values = ()
    scales: Values = ()
    areas: Values = ()
    trades: Values = ()
    subordinations: Values = ()
    progress: Values = ()
    grades: Values = ()
    risks: Annotated[tuple[RiskLevel, ...], Field(max_length=3)] = ()
    marks: Annotated[tuple[Mark, ...], Field(max_length=20)] = ()
    registers: Values = ()

    def scope(self) -> Scope:
        return Scope(**{name: tuple(map(str, getattr(self, name))) for name in ScopeAsked.model_fields})


class NeedsAsked(Wire):
    """What narrows the lot of inspectors: qualifications that everybody holds, an expertise that one of them has."""

    qualifications: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    expertise: Word | None = None

    def needs(self) -> Needs:
        return Needs(self.qualifications, self.expertise)


class PresetTask(Wire):
    """A task of the annual plan. Ratio and team size are the plan's and the rule-set's least unless given.

    `inspectors`: those among whom alone the lot decides (手动匹配).
    """

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
    needs: NeedsAsked | None = None
    lead: Annotated[str, Field(max_length=200)] = ""
    participants: Annotated[tuple[Party, ...], Field(max_length=50)] = ()
    inspectors: Annotated[tuple[UUID, ...], Field(max_length=1000)] = ()
    materials: Materials = ()


class ReviseTask(Wire):
    """A returned task, mended. `materials`: left as they are unless given."""

    scheme: Scheme
    name: TaskName
    starts_on: date
    ends_on: date
    materials: Materials | None = None


class ReviewTask(Wire):
    """Approve a preset task, or return it with remarks."""

    approve: bool
    remarks: Annotated[str, Field(max_length=4000)] | None = None


class EndTask(Wire):
    """Why a task is given up or closed."""

    reason: Text


class FileList(Wire):
    """The number under which the legal office took the drawn list. `office`: the rule-set's unless given."""

    reference: Annotated[str, Field(min_length=1, max_length=200)]
    office: Annotated[str, Field(max_length=200)] = ""


@post("/tasks", opt={"action": Action.TASK_PRESET})
async def preset(request: AnyRequest, data: JSONBody[PresetTask]) -> TaskFacts:
    """Set a task up; it then waits for its review."""
    return await preset_from(request, data)


@get("/tasks", opt={"action": Action.TASK_READ})
async def read_tasks(request: AnyRequest, standing: StateAsked = None) -> Sequence[TaskFacts]:
    """The tasks of this authority, the newest first."""
    return [shown(request, one) for one in await tasks(authority_of(request), standing)]


@get("/tasks/due", opt={"action": Action.DUE_READ})
async def read_due(request: AnyRequest, within: Within = None) -> Sequence[TaskDue]:
    """What is due of the tasks and what is overdue, the most urgent first."""
    today = local_day(command(request).now)
    return await tasks_due(authority_of(request), today, within=within)


@get("/tasks/{task_id:uuid}", opt={"action": Action.TASK_READ})
async def read_task(request: AnyRequest, task_id: FromPath[UUID]) -> TaskFacts:
    """One task."""
    return shown(request, await my_task(request, task_id))


@post("/tasks/{task_id:uuid}/revision", opt={"action": Action.TASK_PRESET}, status_code=200)
async def revise(request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[ReviseTask]) -> TaskFacts:
    """Mend a returned task and hand it in again."""
    found = await my_task(request, task_id)
    verb = revise_task if found.kind is TaskKind.RANDOM else revise_outside_task
    given = {name: getattr(data, name) for name in ReviseTask.model_fields}
    return await verb(command(request), task_id, **given)


@post("/tasks/{task_id:uuid}/review", opt={"action": Action.TASK_REVIEW}, status_code=200)
async def review(request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[ReviewTask]) -> TaskFacts:
    """The gate before the draw, and the approval that an emergency makes up for: never by who preset the task."""
    await my_task(request, task_id)
    return await review_task(command(request), task_id, approve=data.approve, remarks=data.remarks)


@post("/tasks/{task_id:uuid}/cancellation", opt={"action": Action.TASK_END}, status_code=200)
async def cancel(request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[EndTask]) -> TaskFacts:
    """Give a task up before anybody was drawn or assigned; never by the person who preset it."""
    await my_task(request, task_id)
    return await cancel_task(command(request), task_id, reason=data.reason)


@post("/tasks/{task_id:uuid}/closing", opt={"action": Action.TASK_END}, status_code=200)
async def close(request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[EndTask]) -> TaskFacts:
    """Close an approved task that a draw would find nobody for; the shortfall is recorded."""
    await my_task(request, task_id)
    return await close_task(command(request), task_id, reason=data.reason)


@post("/tasks/{task_id:uuid}/filing", opt={"action": Action.TASK_FILE}, status_code=200)
async def file_list(request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[FileList]) -> TaskFacts:
    """Note that the confirmed list of drawn objects was filed with the legal office."""
    await my_task(request, task_id)
    return await file_drawn_list(command(request), task_id, reference=data.reference, office=data.office)


async def preset_from(request: AnyRequest, data: PresetTask) -> TaskFacts:
    """Set a task of the plan up as it was asked for; NotFound for a line of another authority."""
    await check_line(request, data.plan_line)
    own = {"ratio", "scope", "needs"}
    given = {name: getattr(data, name) for name in PresetTask.model_fields if name not in own}
    ratio = Fraction(data.ratio) if data.ratio is not None else None
    scope, needs = data.scope.scope() if data.scope else None, data.needs.needs() if data.needs else None
    unit = bearer_of(request).unit
    return await preset_task(command(request), unit=unit, ratio=ratio, scope=scope, needs=needs, **given)


async def check_line(request: AnyRequest, line: UUID) -> None:
    """NotFound for a line that is not of a plan of the caller's authority."""
    found = await plan_of_line(line)
    if found is None or found[0].authority != authority_of(request):
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.line_unknown", line=str(line))


async def my_task(request: AnyRequest, task_id: UUID) -> TaskFacts:
    """A task of the caller's authority; NotFound for any other."""
    found = await task(task_id)
    if found.authority != authority_of(request):
        raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.task_unknown", task=str(task_id))
    return found


def shown(request: AnyRequest, facts: TaskFacts) -> TaskFacts:
    """The task as the caller may read it: whom one outside the draw names, and why, is not for every desk."""
    if facts.kind is TaskKind.RANDOM or bearer_of(request).actor.role in SEE_NAMED:
        return facts
    told = replace(facts, objects=(), inspectors=(), materials=(), name=facts.number, reason=None, source=None)
    return replace(told, cap_override=None, remarks=None, end_reason=None)


handlers = [preset, read_tasks, read_due, read_task, revise, review, cancel, close, file_list]
router = Router("/office", route_handlers=handlers, tags=["office: tasks"])
