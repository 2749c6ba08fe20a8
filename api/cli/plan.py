from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from pydantic import TypeAdapter, ValidationError

from api.cli.desk import Desk, acting_option, authority_of, run
from api.office.plan_bodies import LineChanged, changes_of
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.planning import find
from inspection.planning.approve_plan import approve_plan, file_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.facts import PlanFacts
from inspection.planning.plan_diff import PlanDiff
from inspection.planning.plan_lines import LineChange
from inspection.planning.plan_review import PlanReview, plan_changes, plan_duties, review
from inspection.planning.plan_rules import PlanDuty
from inspection.planning.publish_plan import publish_plan
from mobile_contract.problems import ProblemCode

COLUMNS = ("item", "name", "ratio", "number", "frequency", "window")
_LINES: Final = TypeAdapter(tuple[LineChanged, ...])
year_argument = click.argument("year", type=click.IntRange(2000, 2100), required=False)


@click.group()
def plan() -> None:
    """The annual plan (年度抽查工作计划): publish the list, draft the plan from it, approve, file and publish it."""


@plan.command()
@year_argument
@click.option("--revise", is_flag=True, help="Draft a new version of a plan that is already in force.")
@click.option("--reason", help="Why the plan is adjusted; needed with --revise.")
@click.option("--name", help="The plan's name.")
@click.option(
    "--changes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file of what is set otherwise than list and rule-set would: an array of the lines' changes, as the "
    "office's route takes them.",
)
@click.option("--leave-out", multiple=True, help="Code of an item without a line; may be repeated.")
@acting_option("planner")
@click.pass_context
def draft(ctx: click.Context, /, year: int | None, username: str, **asked: Any) -> None:
    """Draft the plan of YEAR (this year): every published item, with ratio, frequency and time by the rule-set."""
    changes = _changes(asked["changes"])

    async def work(desk: Desk) -> PlanFacts:
        cmd = await desk.acting(username, Action.PLAN_DRAFT)
        return await draft_plan(
            cmd,
            authority=authority_of(cmd),
            year=_year(cmd, year),
            name=asked["name"],
            changes=changes,
            left_out=asked["leave_out"],
            revise=asked["revise"],
            reason=asked["reason"],
        )

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

    _show(ctx, run(ctx, work, reads=True))


@plan.command()
@year_argument
@acting_option("approver")
@click.pass_context
def publish(ctx: click.Context, year: int | None, username: str) -> None:
    """Publish the version of YEAR's plan that is in force."""

    async def work(desk: Desk) -> PlanFacts:
        cmd = await desk.acting(username, Action.PLAN_PUBLISH)
        return await publish_plan(cmd, (await _ruling(cmd, year)).id)

    _show(ctx, run(ctx, work))


@plan.command()
@year_argument
@acting_option()
@click.pass_context
def check(ctx: click.Context, year: int | None, username: str) -> None:
    """Hold the newest version of YEAR's plan against list, registers, the cap on visits and higher plans, as of now."""

    async def work(desk: Desk) -> PlanReview:
        cmd = await desk.acting(username, Action.PLAN_READ)
        return await review(await _newest(cmd, year), local_day(cmd.now))

    output, found = ctx.obj["output"], run(ctx, work, reads=True)
    kinds = (("✗", found.findings), ("!", found.notes), ("+", found.gaps))
    rows = [{"kind": kind, "text": one.text(output.lang)} for kind, several in kinds for one in several]
    if output.as_json:
        output.result({"complete": found.complete, "objects": found.objects, "rows": rows})
        return
    output.rows(rows, ("kind", "text"))


@plan.command()
@year_argument
@acting_option()
@click.pass_context
def diff(ctx: click.Context, year: int | None, username: str) -> None:
    """Show what the newest version of YEAR's plan changes of the one before it, line by line."""

    async def work(desk: Desk) -> PlanDiff:
        cmd = await desk.acting(username, Action.PLAN_READ)
        return await plan_changes(await _newest(cmd, year))

    found, output = run(ctx, work, reads=True), ctx.obj["output"]

    def field(name: str) -> str:
        return name if output.as_json else output.word(f"desk_planning.field_{name}")

    rows = [
        *({"item": code, "field": "+", "before": "", "after": ""} for code in found.added),
        *({"item": code, "field": "−", "before": "", "after": ""} for code in found.removed),
        *(
            {"item": code, "field": field(one.field), "before": str(one.before), "after": str(one.after)}
            for code, fields in found.changed.items()
            for one in fields
        ),
    ]
    output.rows(rows, ("item", "field", "before", "after"))


@plan.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today when absent.")
@acting_option()
@click.pass_context
def due(ctx: click.Context, on: datetime | None, username: str) -> None:
    """List the plans that are to be made, overdue, outgrown by the list or not published yet."""

    async def work(desk: Desk) -> list[PlanDuty]:
        cmd = await desk.acting(username, Action.PLAN_READ)
        return await plan_duties(on.date() if on else local_day(cmd.now), authority_of(cmd))

    rows = [
        {"year": duty.year, "state": duty.state.value, "opens": str(duty.opens_on or ""), "due": str(duty.due_on)}
        for duty in run(ctx, work, reads=True)
    ]
    ctx.obj["output"].rows(rows, ("year", "state", "opens", "due"), words={"state": "desk_planning.duty_"})


def _changes(file: Path | None) -> Mapping[str, LineChange]:
    if file is None:
        return {}
    try:
        return changes_of(_LINES.validate_json(file.read_bytes()))
    except ValidationError as error:
        first = error.errors()[0]
        raise click.BadParameter(
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}", param_hint="--changes"
        ) from None


async def _ruling(cmd: Command, year: int | None) -> PlanFacts:
    meant = _year(cmd, year)
    return await find.plan_in_force(authority_of(cmd), meant) or await _newest(cmd, meant)


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
            "number": "" if line.quantity is None else str(line.quantity),
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
    state = output.word(f"desk_planning.plan_state_{facts.state.value}")
    output.line(f"{facts.name} v{facts.version} · {state} · {facts.due_on}{late}")
    output.rows(lines, COLUMNS, heads={"number": "desk_planning.field_quantity"})


COMMANDS = [plan]
