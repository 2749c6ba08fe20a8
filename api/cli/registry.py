from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.output import Exit
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.policy.terms import Mark
from inspection.registry.find import object_by_code
from inspection.registry.objects.coverage import Coverage
from inspection.registry.objects.coverage import coverage as coverage_of
from inspection.registry.objects.export import write_csv, write_workbook
from inspection.registry.objects.history import HistoryEntry, object_history
from inspection.registry.objects.marks import MarkFacts
from inspection.registry.objects.record_mark import lift_mark, record_mark
from inspection.registry.objects.rows import ObjectKind, ObjectStatus, RiskLevel
from inspection.registry.objects.store import ObjectQuery
from inspection.registry.objects.store_marks import marks_of

DAY = click.DateTime(formats=["%Y-%m-%d"])
COLUMNS = ("at", "kind", "on", "by", "fields")


@click.group()
def registry() -> None:
    """The register of inspection objects (检查对象名录库): export, coverage, history, marks. See also: import."""


@registry.command()
@click.option("--on", type=DAY, help="The day as of which special registers count (default: today).")
@click.option("--first", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many to name.")
@acting_option()
@click.pass_context
def coverage(ctx: click.Context, on: datetime | None, first: int, username: str) -> None:
    """Published items whose directory is empty, objects that no published item covers, objects of foreign kinds.

    Exit code 3 when an item is empty or an object uncovered.
    """

    async def work(desk: Desk) -> Coverage:
        cmd = await desk.acting(username, Action.REGISTRY_READ)
        return await coverage_of(authority_of(cmd), on.date() if on else local_day(cmd.now), first)

    found, output = run(ctx, work, reads=True), ctx.obj["output"]
    if output.as_json:
        empty = [{"code": item.code, "name": item.name, "kinds": item.object_kinds} for item in found.empty]
        told = {"items": found.items, "objects": found.objects, "uncovered": found.uncovered, "empty": empty}
        lacks = [
            {"breach": one.breach, "article": one.article, "text": one.text(output.lang)} for one in found.judgements
        ]
        told |= {"foreign": found.foreign, "first_foreign": found.first_foreign, "judgements": lacks}
        output.json({**told, "first_uncovered": found.first_uncovered, "ownerless": found.first_ownerless})
    output.say(
        "cli.coverage", items=found.items, empty=len(found.empty), objects=found.objects, uncovered=found.uncovered
    )
    for one in found.judgements:
        output.note(one.text(output.lang))
    for item in found.empty:
        output.note(f"∅ {item.code} {item.name}")
    for code, name in (*found.first_uncovered, *found.first_ownerless, *found.first_foreign):
        output.note(f"? {code} {name}")
    if not found.complete:
        ctx.exit(Exit.PARTLY)


@registry.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", help="A part of the name.")
@click.option("--code", help="The code or its beginning.")
@click.option("--area", help="A whole area.")
@click.option("--tag", help="A trade, special register or tag.")
@click.option("--kind", type=click.Choice([one.value for one in ObjectKind]), help="What the object is.")
@click.option("--grade", type=click.Choice(["A", "B", "C", "D"]), help="The credit grade.")
@click.option("--status", type=click.Choice([one.value for one in ObjectStatus]), help="Whether it is still there.")
@click.option("--risk", type=click.Choice([one.value for one in RiskLevel]), help="The risk that its business carries.")
@click.option("--complaints-from", type=click.IntRange(0, 1_000_000), help="At least so many complaints.")
@click.option("--owner", help="The code of the entity that a thing belongs to.")
@acting_option()
@click.pass_context
def export(ctx: click.Context, /, file: Path, username: str, **asked: Any) -> None:
    """Write the register to FILE (.csv or .xlsx), which an import takes back unchanged."""
    if file.suffix not in {".csv", ".xlsx"}:
        raise click.UsageError("FILE ends with .csv or .xlsx")

    async def work(desk: Desk) -> int:
        cmd = await desk.acting(username, Action.REGISTRY_EXPORT)
        write = write_csv if file.suffix == ".csv" else write_workbook
        return await write(cmd, authority_of(cmd), _query(asked), file)

    count, output = run(ctx, work, reads=True), ctx.obj["output"]
    if output.as_json:
        output.json({"file": str(file), "objects": count})
    output.say("cli.exported", file=str(file), objects=count)


def _query(asked: Mapping[str, Any]) -> ObjectQuery:
    kind, status, risk = asked["kind"], asked["status"], asked["risk"]
    return ObjectQuery(
        name=asked["name"],
        code=asked["code"],
        area=asked["area"],
        tag=asked["tag"],
        kind=ObjectKind(kind) if kind else None,
        credit_grade=asked["grade"],
        status=ObjectStatus(status) if status else None,
        risk=RiskLevel(risk) if risk else None,
        complaints_from=asked["complaints_from"],
        owner=asked["owner"],
    )


@registry.command()
@click.argument("code")
@acting_option()
@click.pass_context
def history(ctx: click.Context, code: str, username: str) -> None:
    """What happened to the object CODE, the oldest first; of personal fields only that they changed."""

    async def work(desk: Desk) -> tuple[HistoryEntry, ...]:
        cmd = await desk.acting(username, Action.REGISTRY_READ)
        return await object_history((await object_by_code(authority_of(cmd), code)).id)

    rows = [
        {
            "at": entry.at.astimezone(UTC).isoformat(timespec="seconds") if entry.at else None,
            "kind": entry.kind.value,
            "on": entry.on.isoformat() if entry.on else None,
            "by": entry.by_name,
            "fields": dict(entry.fields),
        }
        for entry in run(ctx, work, reads=True)
    ]
    ctx.obj["output"].rows(rows, COLUMNS, words={"kind": "desk_registry.event_"})


@registry.command()
@click.argument("code")
@click.argument("kind", type=click.Choice([one.value for one in Mark]))
@click.option("--since", type=DAY, required=True, help="The day of the decision or of the entry in the list.")
@click.option("--until", type=DAY, help="The last day on which it stands.")
@click.option("--reference", default="", help="The number of the document.")
@click.option("--by", "source", help="Who decided it.")
@click.option("--note", help="What else is to be said of it.")
@acting_option("planner")
@click.pass_context
def mark(ctx: click.Context, /, code: str, kind: str, username: str, **asked: Any) -> None:
    """Record a mark of the object CODE: a penalty, a complaint, an entry in a list. Recorded once, never changed."""

    async def work(desk: Desk) -> MarkFacts:
        cmd = await desk.acting(username, Action.MARK_RECORD)
        authority = authority_of(cmd)
        return await record_mark(
            cmd,
            authority=authority,
            object_id=(await object_by_code(authority, code)).id,
            mark=Mark(kind),
            since=asked["since"].date(),
            until=asked["until"].date() if asked["until"] else None,
            reference=asked["reference"],
            source=asked["source"],
            note=asked["note"],
        )

    _show(ctx, run(ctx, work))


@registry.command()
@click.argument("mark_id", type=click.UUID)
@click.option("--on", type=DAY, required=True, help="The first day on which it no longer stands.")
@click.option("--reason", required=True, help="Why it no longer stands.")
@click.option("--reference", help="The number of the document.")
@acting_option("planner")
@click.pass_context
def lift(ctx: click.Context, /, mark_id: Any, username: str, **asked: Any) -> None:
    """Record that a mark no longer stands; the mark itself stays as it was."""

    async def work(desk: Desk) -> MarkFacts:
        cmd = await desk.acting(username, Action.MARK_RECORD)
        return await lift_mark(
            cmd,
            authority=authority_of(cmd),
            mark_id=mark_id,
            on=asked["on"].date(),
            reason=asked["reason"],
            reference=asked["reference"],
        )

    _show(ctx, run(ctx, work))


@registry.command()
@click.argument("code")
@acting_option()
@click.pass_context
def marks(ctx: click.Context, code: str, username: str) -> None:
    """The marks of the object CODE, the oldest first."""

    async def work(desk: Desk) -> list[MarkFacts]:
        cmd = await desk.acting(username, Action.REGISTRY_READ)
        found = await object_by_code(authority_of(cmd), code)
        return (await marks_of([found.id])).get(found.id, [])

    ctx.obj["output"].rows([_row(one) for one in run(ctx, work, reads=True)], _TOLD, heads=UNTIL, words=MARK)


UNTIL, MARK = {"until": "desk_registry.until"}, {"mark": "policy.word.mark_"}
_TOLD = ("id", "mark", "since", "until", "reference", "lifted_on")


def _row(mark: MarkFacts) -> dict[str, str | None]:
    told = {name: getattr(mark, name) for name in _TOLD}
    return {name: None if value is None else str(value) for name, value in told.items()}


def _show(ctx: click.Context, mark: MarkFacts) -> None:
    ctx.obj["output"].result(_row(mark), heads=UNTIL, words=MARK)


COMMANDS = [registry]
