"""What happens to tasks beside the draw: made outside it, cancelled, closed, filed; what is due; visits at one door."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.cli.task import DAY, SCHEME, show, task, task_numbered
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.planning.facts import ProcedureFacts, TaskFacts
from inspection.planning.outside_rules import OutsideDraft
from inspection.planning.release_procedure import release_procedure
from inspection.policy.terms import TaskKind
from inspection.registry.find import inspectors_of, object_by_code
from inspection.registry.rules_in_force import rules_today
from inspection.visits.due import TaskDue, tasks_due
from inspection.visits.ledger.questions import Ledger
from inspection.visits.ledger.questions import ledger as ledger_of
from inspection.visits.ledger.warn import DoorWarning
from inspection.visits.ledger.warn import warnings as warnings_of
from inspection.visits.opening.assign_outside import assign_outside
from inspection.visits.opening.end_task import cancel_task, close_task, file_drawn_list
from inspection.visits.opening.open_visits import Assembled
from inspection.visits.opening.preset_outside import preset_outside_task
from mobile_contract.problems import ProblemCode

KINDS = click.Choice([kind.value for kind in TaskKind if kind is not TaskKind.RANDOM])
DUE_COLUMNS = ("number", "clock", "due", "days", "state", "article")
DUE_WORDS = {"clock": "desk_planning.clock_", "state": "desk_planning.clock_state_"}
LEDGER_COLUMNS = ("day", "counts", "why", "kinds")
WARNING_COLUMNS = ("code", "period", "first", "visits", "limit")


@task.command()
@click.argument("item")
@click.argument("kind", type=KINDS)
@click.option("--object", "codes", multiple=True, required=True, help="Code of an object to be inspected; repeatable.")
@click.option("--reason", required=True, help="Why it is made outside the draw.")
@click.option("--basis", required=True, help="Document, clause and number it rests on.")
@click.option("--source", required=True, help="Number of the complaint, transfer or order.")
@click.option("--inspector", "people", multiple=True, help="Staff number of an inspector of the team; repeatable.")
@click.option("--from", "starts", type=DAY, help="First day (default: today).")
@click.option("--days", type=click.IntRange(1, 366), default=10, show_default=True, help="Length of the window.")
@click.option("--approve-by", type=DAY, help="Emergencies: until when the approval is made up for.")
@click.option("--over-cap", default="", help="Why an object is inspected although it has had its visits of the year.")
@click.option("--scheme", default=SCHEME, help="The work scheme: methods, standards, work flow.")
@click.option("--material", "materials", multiple=True, help="A document the party is to have ready; repeatable.")
@acting_option("planner")
@click.pass_context
def outside(ctx: click.Context, /, username: str, **given: Any) -> None:
    """Set up a task of KIND outside the draw for ITEM, with reason and basis; it then waits for its approval."""

    async def work(desk: Desk) -> TaskFacts:
        cmd = await desk.acting(username, Action.TASK_PRESET)
        authority = authority_of(cmd)
        draft = await _draft(authority, local_day(cmd.now), given)
        return await preset_outside_task(cmd, draft, authority=authority, item_code=given["item"])

    show(ctx, [run(ctx, work)])


@task.command()
@click.argument("number")
@click.option("--inspector", "people", multiple=True, help="Staff number, where the task names no team; repeatable.")
@acting_option("head")
@click.pass_context
def assign(ctx: click.Context, number: str, people: tuple[str, ...], username: str) -> None:
    """Designate the team of the task NUMBER outside the draw and make its visits."""

    async def work(desk: Desk) -> Assembled:
        cmd = await desk.acting(username, Action.TASK_ASSIGN)
        found = await task_numbered(cmd, number)
        team = await _inspectors(found.authority, people)
        return await assign_outside(cmd, task_id=found.id, inspectors=team)

    made = run(ctx, work)
    ctx.obj["output"].result({"created": len(made.created), "merged": len(made.merged)})


@task.command()
@click.argument("number")
@click.option("--reason", required=True, help="Why it is given up.")
@acting_option("approver")
@click.pass_context
def cancel(ctx: click.Context, number: str, reason: str, username: str) -> None:
    """Give the task NUMBER up before anybody was drawn; not by the person who preset it."""

    async def work(desk: Desk) -> TaskFacts:
        cmd = await desk.acting(username, Action.TASK_END)
        return await cancel_task(cmd, (await task_numbered(cmd, number)).id, reason=reason)

    show(ctx, [run(ctx, work)])


@task.command()
@click.argument("number")
@click.option("--reason", required=True, help="Why nobody can be drawn.")
@acting_option("approver")
@click.pass_context
def close(ctx: click.Context, number: str, reason: str, username: str) -> None:
    """Close the task NUMBER that a draw would find nobody for; the shortfall is recorded."""

    async def work(desk: Desk) -> TaskFacts:
        cmd = await desk.acting(username, Action.TASK_END)
        return await close_task(cmd, (await task_numbered(cmd, number)).id, reason=reason)

    show(ctx, [run(ctx, work)])


@task.command()
@click.argument("number")
@click.argument("reference")
@click.option("--office", default="", help="With whom (default: the rule-set's legal office).")
@acting_option("planner")
@click.pass_context
def file(ctx: click.Context, number: str, reference: str, office: str, username: str) -> None:
    """Note that the drawn list of the task NUMBER was filed with the legal office under REFERENCE."""

    async def work(desk: Desk) -> TaskFacts:
        cmd = await desk.acting(username, Action.TASK_FILE)
        return await file_drawn_list(cmd, (await task_numbered(cmd, number)).id, reference=reference, office=office)

    show(ctx, [run(ctx, work)])


@task.command()
@click.option("--within", type=click.IntRange(0, 3660), help="Only what is due in so many days, or overdue.")
@acting_option()
@click.pass_context
def due(ctx: click.Context, within: int | None, username: str) -> None:
    """What is due of the tasks and what is overdue, the most urgent first."""

    async def work(desk: Desk) -> list[TaskDue]:
        cmd = await desk.acting(username, Action.DUE_READ)
        return await tasks_due(authority_of(cmd), local_day(cmd.now), within=within)

    rows: list[Mapping[str, Any]] = [
        {
            "number": one.number,
            "clock": clock.kind.value,
            "due": str(clock.due or "—"),
            "days": clock.days,
            "state": clock.state.value,
            "article": clock.article,
        }
        for one in run(ctx, work, reads=True)
        for clock in one.clocks
    ]
    ctx.obj["output"].rows(rows, DUE_COLUMNS, words=DUE_WORDS)


@task.command()
@click.argument("code")
@click.option("--on", "day", type=DAY, help="For a visit on this day (default: today).")
@acting_option("planner")
@click.pass_context
def ledger(ctx: click.Context, code: str, day: datetime | None, username: str) -> None:
    """The visits of the object CODE that count towards its cap, and why; none that is secret."""

    async def work(desk: Desk) -> Ledger:
        cmd = await desk.acting(username, Action.LEDGER_READ)
        found, today = await object_by_code(authority_of(cmd), code), local_day(cmd.now)
        rules = await rules_today(cmd, found.authority)
        return await ledger_of(found.id, rules, day.date() if day else today, today)

    told, output = run(ctx, work, reads=True), ctx.obj["output"]

    def kind(of: TaskKind) -> str:
        return of.value if output.as_json else output.word(f"policy.word.task_kind_{of.value}")

    rows: list[Mapping[str, Any]] = [
        {
            "day": str(entry.executed_on or f"{entry.starts_on} – {entry.ends_on}"),
            "counts": entry.counts,
            "why": entry.reason_en if output.lang == "en" else entry.reason_zh,
            "kinds": ", ".join(map(kind, entry.kinds)),
        }
        for entry in told.entries
    ]
    if output.as_json:
        output.result({"used": told.used, "maximum": told.maximum, "outside": told.outside, "visits": rows})
        return
    output.line(f"{code}: {told.used}/{told.maximum or '∞'} (+{told.outside}) · {told.day} · {told.article}")
    output.rows(rows, LEDGER_COLUMNS)


@task.command()
@click.option("--days", type=click.IntRange(1, 366), default=31, show_default=True, help="Look back so many days.")
@acting_option("planner")
@click.pass_context
def warnings(ctx: click.Context, days: int, username: str) -> None:
    """Doors with too many visits in one day, week or month; none that is secret."""

    async def work(desk: Desk) -> list[DoorWarning]:
        cmd = await desk.acting(username, Action.LEDGER_READ)
        authority, today = authority_of(cmd), local_day(cmd.now)
        return await warnings_of(authority, await rules_today(cmd, authority), today - timedelta(days=days), today)

    rows: list[Mapping[str, Any]] = [
        {
            "code": one.code,
            "period": one.period.value,
            "first": str(one.first),
            "visits": one.visits,
            "limit": one.limit,
        }
        for one in run(ctx, work, reads=True)
    ]
    ctx.obj["output"].rows(rows, WARNING_COLUMNS, words={"period": "oversight.period_"})


@task.command()
@click.argument("item")
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting_option("approver")
@click.pass_context
def procedure(ctx: click.Context, item: str, text: Path, username: str) -> None:
    """Release the file TEXT as the next version of ITEM's operable procedure (监管方案)."""

    body = text.read_text(encoding="utf-8")

    async def work(desk: Desk) -> ProcedureFacts:
        cmd = await desk.acting(username, Action.PROCEDURE_RELEASE)
        return await release_procedure(cmd, authority=authority_of(cmd), item_code=item, body=body)

    released = run(ctx, work)
    ctx.obj["output"].result({"item": item, "version": released.version, "digest": released.digest})


async def _draft(authority: Any, today: date, given: Mapping[str, Any]) -> OutsideDraft:
    first = given["starts"].date() if given["starts"] else today
    return OutsideDraft(
        name="",
        kind=TaskKind(given["kind"]),
        reason=given["reason"],
        basis=given["basis"],
        source=given["source"],
        objects=tuple([(await object_by_code(authority, code)).id for code in given["codes"]]),
        team_size=0,
        scheme=given["scheme"],
        starts_on=first,
        ends_on=first + timedelta(days=given["days"] - 1),
        inspectors=await _inspectors(authority, given["people"]),
        approve_by=given["approve_by"].date() if given["approve_by"] else None,
        cap_override=given["over_cap"],
        materials=given["materials"],
    )


async def _inspectors(authority: Any, staff: tuple[str, ...]) -> tuple[Any, ...]:
    """The people with these staff numbers; a number that nobody bears is refused by its being unknown."""
    if not staff:
        return ()
    known = {person.staff_no: person.id for person in await inspectors_of(authority)}
    unknown = [one for one in staff if one not in known]
    if unknown:
        raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "planning.inspector_unknown", inspector=unknown[0])
    return tuple(known[one] for one in staff)
