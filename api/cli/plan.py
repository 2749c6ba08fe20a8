from collections.abc import Mapping
from typing import Any

import click

from api.cli.desk import Desk, acting_option, run
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound, Refused
from inspection.planning import find
from inspection.planning.approve_plan import approve_plan, file_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.facts import PlanFacts
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.publish_items import publish_items
from mobile_contract.problems import ProblemCode

COLUMNS = ("item", "name", "ratio", "frequency", "window")
year_argument = click.argument("year", type=click.IntRange(2000, 2100), required=False)


@click.group()
def plan() -> None:
    """The annual plan (年度抽查工作计划): publish the item list, draft the plan from it, approve it, file it."""


@plan.command()
@year_argument
@click.option("--revise", is_flag=True, help="Draft a new version of a plan that is already in force.")
@acting_option("planner")
@click.pass_context
def draft(ctx: click.Context, year: int | None, revise: bool, username: str) -> None:
    """Draft the plan of YEAR (this year): every published item, with ratio, frequency and time by the rule-set."""

    async def work(desk: Desk) -> PlanFacts:
        cmd = await desk.acting(username, Action.PLAN_DRAFT)
        return await draft_plan(cmd, authority=authority_of(cmd), year=_year(cmd, year), revise=revise)

    _show(ctx, run(ctx, work))


@plan.command()
@year_argument
@acting_option("approver")
@click.pass_context
def approve(ctx: click.Context, year: int | None, username: str) -> None:
    """Approve the newest version of YEAR's plan; not by the person who drafted it."""

    async def work(desk: Desk) -> PlanFacts:
        cmd = await desk.acting(username, Action.PLAN_APPROVE)
        return await approve_plan(cmd, (await _newest(cmd, year)).id)

    _show(ctx, run(ctx, work))


@plan.command()
@year_argument
@acting_option("planner")
@click.pass_context
def file(ctx: click.Context, year: int | None, username: str) -> None:
    """Note that YEAR's plan was filed with the office that the rule-set names."""

    async def work(desk: Desk) -> PlanFacts:
        cmd = await desk.acting(username, Action.PLAN_FILE)
        return await file_plan(cmd, (await _newest(cmd, year)).id)

    _show(ctx, run(ctx, work))


@plan.command()
@year_argument
@acting_option()
@click.pass_context
def show(ctx: click.Context, year: int | None, username: str) -> None:
    """Show the newest version of YEAR's plan."""

    async def work(desk: Desk) -> PlanFacts:
        return await _newest(await desk.acting(username, Action.PLAN_READ), year)

    _show(ctx, run(ctx, work))


@plan.command(name="publish-list")
@acting_option("approver")
@click.pass_context
def publish_list(ctx: click.Context, username: str) -> None:
    """Make the newest item list public; an item that is not public may not be planned."""

    async def work(desk: Desk) -> tuple[ItemFacts, ...]:
        cmd = await desk.acting(username, Action.ITEMS_PUBLISH)
        return await publish_items(cmd, authority=authority_of(cmd))

    fresh = [{"item": item.code, "version": item.version, "name": item.name} for item in run(ctx, work)]
    ctx.obj["output"].rows(fresh, ("item", "version", "name"))


def authority_of(cmd: Command) -> Any:
    """The authority of the acting account.

    Raises:
        Refused: the account belongs to none.
    """
    if cmd.authority is None:
        raise Refused(ProblemCode.FORBIDDEN, "api.forbidden")
    return cmd.authority


async def _newest(cmd: Command, year: int | None) -> PlanFacts:
    meant = _year(cmd, year)
    found = await find.plans(authority_of(cmd), meant)
    if not found:
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.plan_unknown", plan=str(meant))
    return found[0]


def _year(cmd: Command, year: int | None) -> int:
    """The year that was named, or this year where the authority works, whatever the machine's own zone."""
    return year or local_day(cmd.now).year


def _show(ctx: click.Context, facts: PlanFacts) -> None:
    lines: list[Mapping[str, Any]] = [
        {
            "item": line.item_code,
            "name": line.item_name,
            "ratio": str(line.ratio),
            "frequency": line.frequency,
            "window": f"{line.starts_on} – {line.ends_on}",
        }
        for line in facts.lines
    ]
    head = {"plan": str(facts.id), "year": facts.year, "version": facts.version, "state": facts.state.value}
    output = ctx.obj["output"]
    if output.as_json:
        output.result({**head, "due_on": str(facts.due_on), "late": facts.late, "lines": lines})
        return
    late = " !" if facts.late else ""
    output.line(f"{facts.name} v{facts.version} · {facts.state.value} · {facts.due_on}{late}")
    output.rows(lines, COLUMNS)


COMMANDS = [plan]
