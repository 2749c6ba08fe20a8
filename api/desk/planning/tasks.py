"""检查任务: the list with what is due, and one task with its papers, its way and what comes of it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page
from api.desk.planning.people import names_of
from api.office.tasks import my_task, shown
from api.permits import Action, may
from inspection.draw.store_listing import draw_lines
from inspection.kernel.calendar.rules import local_day
from inspection.planning.assistants import ENDED, assistants_of
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task_page
from inspection.planning.plan_rules import percent
from inspection.planning.store import plan_of_line
from inspection.planning.store_procedures import procedure
from inspection.planning.store_tasks import TasksWanted
from inspection.planning.task_clocks import Clock
from inspection.planning.task_states import TaskState, TaskStep
from inspection.planning.task_ways import open_steps
from inspection.policy.load import rule_set_named
from inspection.policy.terms import TaskKind
from inspection.registry import find as registry
from inspection.registry.inspectors.questions import assistants
from inspection.visits.due import WAITING, clocks_of
from inspection.visits.store import visits_of_task

PAGE: Final = 50
SOON: Final = 14
"""Days: what is due in a fortnight is marked."""
OPEN: Final = frozenset({TaskState.PRESET, TaskState.RETURNED, TaskState.APPROVED, TaskState.DRAWN, TaskState.ASSIGNED})
_FURTHER: Final = "open"

StateAsked = Annotated[str, QueryParameter(name="state", max_length=20)]
Number = Annotated[str, QueryParameter(max_length=80)]


@get("/desk/tasks", opt={"action": Action.TASK_READ})
async def read_tasks(
    request: AnyRequest,
    *,
    standing: StateAsked = "",
    way: FromQuery[str] = "",
    item: Number = "",
    number: Number = "",
    after: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """The tasks, the newest first, with what is due of each. `state`: one of them, or `open` for all that go on."""
    wanted = _wanted(standing, way, item, number.strip())
    found = await task_page(authority_of(request), wanted, before=after, limit=PAGE + 1)
    held = [shown(request, one) for one in found[:PAGE]]
    query = {"state": standing, "way": way, "item": item, "number": number.strip()}
    return desk_page(
        request,
        "desk_planning/tasks.html",
        tasks=held,
        due=due_of(await clocks_of(held, local_day(command(request).now))),
        after=held[-1].id if len(found) > PAGE else None,
        first=after is None,
        query={name: told or None for name, told in query.items()},
        items=sorted(await registry.items(authority_of(request)), key=lambda one: one.code),
        states=list(TaskState),
        soon=SOON,
    )


@get("/desk/tasks/{task_id:uuid}", opt={"action": Action.TASK_READ})
async def read_task(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """One task."""
    return await one_page(request, task_id)


async def one_page(request: AnyRequest, task_id: UUID) -> Response[bytes]:
    """The page of one task."""
    whole = await my_task(request, task_id)
    found, rules = shown(request, whole), rule_set_named(whole.rule_set)
    clocks = (await clocks_of([whole], local_day(command(request).now)))[task_id]
    return desk_page(
        request,
        "desk_planning/task.html",
        task=found,
        rules=rules,
        item=await registry.item(found.item),
        plan=await _plan_of(found),
        procedure=await procedure(found.procedure) if found.procedure else None,
        clocks=clocks,
        waiting=WAITING,
        steps={step.value for step in open_steps(whole)},
        names=await names_of(found.authority),
        assistants=await assistants_of(task_id),
        may_assist=rules.registers.experts_assist and found.state not in ENDED,
        helpers=await assistants(found.authority),
        objects=await registry.objects(found.objects),
        people=await registry.inspectors(found.inspectors),
        register=await _register(request, found),
        draws=await _draws(request, found),
        visits=await _visits(request, found),
        percent=percent,
        soon=SOON,
    )


def due_of(clocks: Mapping[UUID, Sequence[Clock]]) -> dict[UUID, Clock]:
    """By task, the most urgent clock that is not met yet."""
    waiting = {task: [one for one in held if one.state in WAITING and one.due] for task, held in clocks.items()}
    return {task: held[0] for task, held in waiting.items() if held}


def _wanted(standing: str, way: str, item: str, number: str) -> TasksWanted:
    states = OPEN if standing == _FURTHER else frozenset(one for one in TaskState if one.value == standing)
    outside = {"drawn": False, "outside": True}.get(way)
    try:
        return TasksWanted(states, outside, UUID(item) if item else None, number)
    except ValueError:
        return TasksWanted(states, outside, None, number)


async def _plan_of(found: TaskFacts) -> Any:
    held = await plan_of_line(found.plan_line) if found.plan_line else None
    return held[0] if held else None


async def _draws(request: AnyRequest, found: TaskFacts) -> Sequence[Any]:
    if found.kind is not TaskKind.RANDOM or not may(bearer_of(request).actor.role, Action.DRAW_READ):
        return ()
    return await draw_lines(found.authority, task=found.id)


async def _visits(request: AnyRequest, found: TaskFacts) -> Sequence[Any]:
    return await visits_of_task(found.id) if may(bearer_of(request).actor.role, Action.VISIT_READ) else ()


async def _register(request: AnyRequest, found: TaskFacts) -> Sequence[Any]:
    """Who may be named for the team of a task outside the draw, where it is to be named."""
    asked = {TaskStep.ASSIGN, TaskStep.ASSIGN_AT_ONCE} & open_steps(found)
    if not asked or found.inspectors or not may(bearer_of(request).actor.role, Action.TASK_ASSIGN):
        return ()
    return [one for one in await registry.inspectors_of(found.authority) if one.active]


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (read_tasks, read_task)
