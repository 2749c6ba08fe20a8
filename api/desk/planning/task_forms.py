"""The forms in which a task is set up: out of a line of the plan, outside the draw, and mended after it came back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import Trouble, desk_page, see
from api.desk.forms import Form, acted, filled
from api.office.outside_tasks import PresetOutside, draft_outside
from api.office.tasks import PresetTask, ReviseTask, check_line, my_task, preset_from, shown
from api.permits import Action
from api.ratios import typed_ratio
from inspection.kernel.calendar.rules import local_day
from inspection.planning.find import plan_in_force
from inspection.planning.plan_rules import percent
from inspection.planning.preset_task import revise_task
from inspection.planning.scope import DIMENSIONS
from inspection.planning.store import plan_of_line
from inspection.policy.load import rule_set_named
from inspection.policy.terms import Mark, TaskKind
from inspection.registry import find as registry
from inspection.registry.objects.rows import GRADES, ObjectKind, RiskLevel
from inspection.registry.rules_in_force import rules_today
from inspection.visits.opening.preset_outside import preset_outside_task, revise_outside_task

CLOSED: Final[Mapping[str, Sequence[str]]] = {
    "kinds": [one.value for one in ObjectKind],
    "grades": sorted(GRADES),
    "risks": [one.value for one in RiskLevel],
    "marks": [one.value for one in Mark],
}
"""Dimensions of a targeted draw whose values are ticked; the others are written."""
_BETWEEN: Final = re.compile(r"[、，,;；\n]+")
_LINES: Final = re.compile(r"\n+")


@get("/desk/tasks/new", opt={"action": Action.TASK_PRESET})
async def read_new(request: AnyRequest, line: FromQuery[UUID | None] = None) -> Response[bytes]:
    """The lines of the plan in force to choose from; with one of them, the form for its task."""
    return await new_page(request, line)


@post("/desk/tasks/new", opt={"action": Action.TASK_PRESET})
async def preset(request: AnyRequest) -> Response[bytes]:
    """Set a task of the plan up."""

    async def do(form: Form) -> str:
        told = filled(preset_fields(form), PresetTask)
        made = await preset_from(request, told)
        return see(f"/desk/tasks/{made.id}", "desk_planning.done_task_preset")

    return await acted(request, do, lambda: new_page(request, _line_typed(request)))


@get("/desk/tasks/outside", opt={"action": Action.TASK_PRESET})
async def read_outside(request: AnyRequest) -> Response[bytes]:
    """The form for a task outside the draw."""
    return await outside_page(request)


@post("/desk/tasks/outside", opt={"action": Action.TASK_PRESET})
async def preset_outside(request: AnyRequest) -> Response[bytes]:
    """Set a task outside the draw up."""

    async def do(form: Form) -> str:
        told, authority = filled(outside_fields(form), PresetOutside), authority_of(request)
        draft, unit = await draft_outside(authority, told), bearer_of(request).unit
        made = await preset_outside_task(command(request), draft, authority=authority, item_code=told.item, unit=unit)
        return see(f"/desk/tasks/{made.id}", "desk_planning.done_task_preset")

    return await acted(request, do, lambda: outside_page(request))


@get("/desk/tasks/{task_id:uuid}/revise", opt={"action": Action.TASK_PRESET})
async def read_revise(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """The form in which a returned task is mended."""
    return await revise_page(request, task_id)


@post("/desk/tasks/{task_id:uuid}/revise", opt={"action": Action.TASK_PRESET})
async def revise(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """Mend a returned task and hand it in again."""
    found = await my_task(request, task_id)

    async def do(form: Form) -> str:
        told = filled(_listed(form, ("materials",), _LINES), ReviseTask)
        verb = revise_task if found.kind is TaskKind.RANDOM else revise_outside_task
        given = {name: getattr(told, name) for name in ReviseTask.model_fields}
        await verb(command(request), task_id, **{**given, "materials": told.materials or ()})
        return see(f"/desk/tasks/{task_id}", "desk_planning.done_task_revised")

    return await acted(request, do, lambda: revise_page(request, task_id))


async def new_page(request: AnyRequest, line_id: UUID | None) -> Response[bytes]:
    """The form for a task of a plan line; without one, the lines to choose from."""
    authority, today = authority_of(request), local_day(command(request).now)
    if line_id is None:
        plans = [await plan_in_force(authority, year) for year in (today.year, today.year + 1)]
        return desk_page(request, "desk_planning/task_lines.html", plans=[one for one in plans if one], percent=percent)
    await check_line(request, line_id)
    plan, line = await plan_of_line(line_id) or (None, None)
    rules = rule_set_named(plan.rule_set) if plan else await rules_today(command(request), authority)
    people = [one for one in await registry.inspectors_of(authority) if one.active]
    return desk_page(
        request,
        "desk_planning/task_new.html",
        plan=plan,
        line=line,
        rules=rules,
        percent=percent,
        people=people,
        dimensions={name: one for name, one in DIMENSIONS.items() if one in rules.draw.dimensions},
        closed=CLOSED,
        starts_on=max(today, line.starts_on) if line else today,
        item=await registry.item(line.item) if line else None,
    )


async def outside_page(request: AnyRequest) -> Response[bytes]:
    """The form for a task outside the draw."""
    authority, today = authority_of(request), local_day(command(request).now)
    people = [one for one in await registry.inspectors_of(authority) if one.active]
    return desk_page(
        request,
        "desk_planning/task_outside.html",
        rules=await rules_today(command(request), authority),
        items=await registry.published_items(authority),
        people=people,
        today=today,
    )


async def revise_page(request: AnyRequest, task_id: UUID) -> Response[bytes]:
    """The form in which a returned task is mended."""
    found = shown(request, await my_task(request, task_id))
    return desk_page(request, "desk_planning/task_revise.html", task=found)


def preset_fields(form: Form) -> Form:
    """The form of a plan's task as the model reads it: written lists taken apart, a ratio as a fraction."""
    written = [f"scope.{name}" for name in DIMENSIONS if name not in CLOSED]
    told = _listed(form, (*written, "participants", "needs.qualifications"), _BETWEEN)
    told = _listed(told, ("materials",), _LINES)
    ratio = {"ratio": [typed_ratio(one) for one in told.all("ratio")]}
    return Form({**told.texts, **ratio})


def outside_fields(form: Form) -> Form:
    """The form of a task outside the draw as the model reads it."""
    told = _listed(form, ("objects", "needs.qualifications"), re.compile(r"[\s、，,;；]+"))
    return _listed(told, ("materials",), _LINES)


def _listed(form: Form, names: Iterable[str], between: re.Pattern[str]) -> Form:
    """The fields that hold a list as one text, as lists."""
    texts: dict[str, Sequence[str]] = dict(form.texts)
    for name in names:
        if name in texts:
            whole = "\n".join(texts.pop(name)).replace("\r\n", "\n")
            texts[f"{name}[]"] = [one.strip() for one in between.split(whole) if one.strip()]
    return Form({name: told for name, told in texts.items() if told})


def _line_typed(request: AnyRequest) -> UUID | None:
    trouble: Trouble | None = request.scope.get("state", {}).get("trouble")
    try:
        return UUID((trouble.first("plan_line") if trouble else None) or "")
    except ValueError:
        return None


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    read_new,
    preset,
    read_outside,
    preset_outside,
    read_revise,
    revise,
)
