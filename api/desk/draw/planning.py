"""Planning a draw: its tasks first, then what plan and rule-set leave open, and who brings the chance."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery, QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.draw.shown import chains_in_use
from api.desk.forms import Form, acted, filled
from api.office.draw_bodies import PlanDraw
from api.office.tasks import my_task
from api.permits import Action
from inspection.draw.ceremony import DrawState
from inspection.draw.lot.strata import StrataBy
from inspection.draw.plan_draw import MOST_TASKS, plan_draw
from inspection.draw.store_listing import draw_lines
from inspection.draw.supervision.beacon import beacon_in_use
from inspection.kernel.errors import NotFound
from inspection.planning.facts import TaskFacts
from inspection.planning.find import tasks
from inspection.planning.task_states import TaskState
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet

GOING: Final = frozenset(
    {
        DrawState.DRAFT,
        DrawState.FEASIBLE,
        DrawState.FROZEN,
        DrawState.ENTROPY,
        DrawState.DRAWN,
        DrawState.MATCHED,
    }
)
MOST_GOING: Final = 500
PLACE: Final = "/desk/draws/new"
Chosen = Annotated[list[UUID] | None, QueryParameter(name="task", max_items=MOST_TASKS)]


@get(PLACE, opt={"action": Action.DRAW_PLAN})
async def read_plan(request: AnyRequest, chosen: FromQuery[Chosen] = None) -> Response[bytes]:
    """The tasks that may be drawn; with some of them chosen, the form for their draw."""
    return await _page(request, chosen or [])


@post(PLACE, opt={"action": Action.DRAW_PLAN})
async def plan(request: AnyRequest) -> Response[bytes]:
    """Open the draw; whoever does becomes its operator (经办人)."""
    named: list[UUID] = []

    async def do(form: Form) -> str:
        told = planned(form)
        named.extend(told.task_ids)
        return see(f"/desk/draws/{await _open(request, told)}", "desk_draw.done_planned")

    return await acted(request, do, lambda: _page(request, named))


async def _open(request: AnyRequest, told: PlanDraw) -> UUID:
    opened = await plan_draw(
        command(request),
        task_ids=[(await my_task(request, task_id)).id for task_id in told.task_ids],
        contributors=[one.contributor() for one in told.contributors],
        asked={one.task: one.asked() for one in told.tasks},
        weights=told.weights,
        delta=told.delta,
        max_load=told.max_load,
        area=told.area,
    )
    return opened.draw


async def _page(request: AnyRequest, named: Sequence[UUID]) -> Response[bytes]:
    open_to = await _open_tasks(authority_of(request))
    asked = named or _typed_tasks(request)
    chosen = [one for one in open_to if one.id in asked]
    facts: dict[str, Any] = {"open_to": open_to, "chosen": chosen, "by": list(StrataBy), "beacon": beacon_in_use()}
    rules = _rules(chosen)
    chains = await chains_in_use(request)
    return desk_page(request, "desk_draw/new.html", chains=chains, rules=rules, most=MOST_TASKS, **facts)


def _typed_tasks(request: AnyRequest) -> list[UUID]:
    """The tasks of a form that was not taken: what else was typed stands on the page of the same tasks."""
    trouble = request.scope.get("state", {}).get("trouble")
    found = []
    for name, values in trouble.typed.items() if trouble else ():
        if name.startswith("tasks.") and name.endswith(".task"):
            try:
                found += [UUID(one) for one in values]
            except ValueError:
                continue
    return found


async def _open_tasks(authority: UUID) -> list[TaskFacts]:
    """Approved tasks that are drawn for and have no attempt that goes on."""
    going = await draw_lines(authority, states=GOING, limit=MOST_GOING)
    taken = {task for one in going for task in one.tasks}
    approved = await tasks(authority, TaskState.APPROVED)
    return [one for one in approved if one.draw_mode is not None and one.id not in taken]


def _rules(chosen: Sequence[TaskFacts]) -> RuleSet | None:
    try:
        return rule_set_named(chosen[0].rule_set) if chosen else None
    except NotFound:
        return None


def planned(form: Form) -> PlanDraw:
    """The body of the JSON route, out of the fields of the page.

    Raises:
        Invalid: with every field that is not as required.
    """
    own = {name: form.texts[name] for name in ("delta", "max_load", "area") if name in form.texts}
    more: dict[str, Any] = {"tasks": _tasks(form), "contributors": _contributors(form)}
    if form.get("weights") == "own":
        more["weights"] = counts(form.get("weights_own"))
    elif form.get("weights") == "alike":
        more["weights"] = {}
    return filled(Form(own), PlanDraw, **more)


def _tasks(form: Form) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number in range(MOST_TASKS):
        named = form.get(f"tasks.{number}.task")
        if named:
            told = {name: form.get(f"tasks.{number}.{name}") for name in ("task", "count", "by", "batches")}
            floors = counts(form.get(f"tasks.{number}.floors"))
            rows.append({name: value for name, value in told.items() if value} | {"floors": floors})
    return rows


def _contributors(form: Form) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if form.get("dice") == "true":
        witnesses = [line.strip() for line in form.get("witnesses").splitlines() if line.strip()]
        rows.append({"kind": "DICE", "name": form.get("dice_name"), "witnesses": witnesses})
    if name := form.get("supervisor"):
        rows.append({"kind": "SUPV", "name": name, "commitment": form.get("commitment") or None})
    rows += [{"kind": "LINK", "name": name} for name in form.all("chains[]")]
    if name := form.get("beacon"):
        rows.append({"kind": "BEACON", "name": name})
    return rows


def counts(lines: str) -> dict[str, str]:
    """Lines of a name and a number, the number behind the last blank, comma or equals sign."""
    found = {}
    for line in lines.splitlines():
        words = line.replace("=", " ").replace("，", " ").replace(",", " ").replace("：", " ").split()
        if words:
            found[" ".join(words[:-1]) or words[0]] = words[-1]
    return found


HANDLERS = (read_plan, plan)
