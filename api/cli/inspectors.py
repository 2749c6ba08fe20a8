from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.labels import PERSON
from api.output import Output
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.registry.inspectors.absences import add_absence
from inspection.registry.inspectors.adjust import adjust_inspector
from inspection.registry.inspectors.certificates import set_certificate_status
from inspection.registry.inspectors.confirm_changes import confirm_changes
from inspection.registry.inspectors.export import csv_lines
from inspection.registry.inspectors.facts import BatchFacts, CertificateFacts, InspectorFacts
from inspection.registry.inspectors.questions import (
    change_batches,
    coverage,
    ending,
    inspector_by_number,
    standing,
    uncertified,
)
from inspection.registry.inspectors.relations import declare_relation
from inspection.registry.inspectors.standing import Standing
from inspection.registry.inspectors.store import inspectors_of
from inspection.registry.inspectors.terms import AbsenceKind, BatchState, CertificateStatus, RelationKind
from mobile_contract.problems import ProblemCode

DAY = click.DateTime(["%Y-%m-%d"])
from_option = click.option("--from", "first", type=DAY, help="First day of a visit (default: today).")
until_option = click.option("--until", "last", type=DAY, help="Last day of a visit (default: the first).")


@click.group()
def inspectors() -> None:
    """The register of inspectors (执法检查人员名录): who may be sent, absences, recusal, certificates, review."""


@inspectors.command(name="list")
@from_option
@until_option
@acting_option()
@click.pass_context
def list_inspectors(ctx: click.Context, first: datetime | None, last: datetime | None, username: str) -> None:
    """Everybody in the register, and what speaks against sending them on these days."""

    async def work(desk: Desk) -> tuple[Standing, ...]:
        cmd = await desk.acting(username, Action.REGISTRY_READ)
        return await standing(cmd, authority_of(cmd), _window(cmd, first, last))

    output: Output = ctx.obj["output"]
    columns = ("staff_no", "name", "unit", "role", "hindrances", "notes")
    rows = [_row(one, output.lang) for one in run(ctx, work, reads=True)]
    output.rows(rows, columns, heads=PERSON, words={"role": "desk_registry.person_"})


@inspectors.command()
@from_option
@until_option
@click.option("--short", is_flag=True, help="Only items with fewer inspectors than a team.")
@acting_option()
@click.pass_context
def cover(ctx: click.Context, first: datetime | None, last: datetime | None, short: bool, username: str) -> None:
    """Of every published item, how many inspectors hold the qualification and may be sent on these days."""

    lang = ctx.obj["output"].lang

    async def work(desk: Desk) -> list[Mapping[str, Any]]:
        cmd = await desk.acting(username, Action.INSPECTOR_READ)
        covers = await coverage(cmd, authority_of(cmd), _window(cmd, first, last))
        return [
            {"item": one.code, "name": one.name, "fit": len(one.inspectors), "wanted": one.wanted, "short": one.short}
            | {"judgement": one.judgement.text(lang) if one.judgement else ""}
            for one in covers
            if one.short or not short
        ]

    ctx.obj["output"].rows(run(ctx, work, reads=True), ("item", "name", "fit", "wanted", "short", "judgement"))


@inspectors.command()
@click.option("--within", type=click.IntRange(0, 3660), default=90, show_default=True, help="Days from today.")
@acting_option()
@click.pass_context
def expiring(ctx: click.Context, within: int, username: str) -> None:
    """Certificates that end soon (30, 60, 90 days) or have ended, and inspectors who hold no valid one."""

    async def work(desk: Desk) -> list[Mapping[str, Any]]:
        cmd = await desk.acting(username, Action.INSPECTOR_READ)
        due = [
            {"staff_no": one.staff_no, "name": one.name, "certificate": one.certificate.number}
            | {"until": one.certificate.valid_until, "days": one.days, "step": one.step, "renewed": one.renewed}
            for one in await ending(cmd, authority_of(cmd), within)
        ]
        bare = [{"staff_no": one.staff_no, "name": one.name} for one in await uncertified(cmd, authority_of(cmd))]
        return [*due, *bare]

    columns = ("staff_no", "name", "certificate", "until", "days", "step", "renewed")
    ctx.obj["output"].rows(run(ctx, work, reads=True), columns, heads={**PERSON, "until": "desk_registry.valid_until"})


@inspectors.command()
@click.argument("staff_no")
@click.argument("kind", type=click.Choice([kind.value for kind in AbsenceKind]))
@click.argument("first", type=DAY)
@click.argument("last", type=DAY)
@click.option("--note", help="What the office should know of it; no health matters.")
@acting_option("planner")
@click.pass_context
def absent(
    ctx: click.Context, staff_no: str, kind: str, first: datetime, last: datetime, note: str | None, username: str
) -> None:
    """Enter that STAFF_NO is away from FIRST to LAST: no draw counts on them."""

    async def work(desk: Desk) -> InspectorFacts:
        cmd = await desk.acting(username, Action.INSPECTOR_KEEP)
        person = await inspector_by_number(authority_of(cmd), staff_no)
        days = (first.date(), last.date())
        await add_absence(cmd, person.id, kind=AbsenceKind(kind), first_day=days[0], last_day=days[1], note=note)
        return person

    ctx.obj["output"].say("cli.absence_entered", name=run(ctx, work).name)


@inspectors.command()
@click.argument("staff_no")
@click.argument("object_code")
@click.argument("kind", type=click.Choice([kind.value for kind in RelationKind]))
@click.option("--until", type=DAY, help="Last day of the bar; without it, it lasts.")
@acting_option("planner")
@click.pass_context
def recuse(
    ctx: click.Context, staff_no: str, object_code: str, kind: str, until: datetime | None, username: str
) -> None:
    """Enter that STAFF_NO must not inspect the object with OBJECT_CODE."""

    async def work(desk: Desk) -> InspectorFacts:
        cmd = await desk.acting(username, Action.INSPECTOR_DECLARE)
        person = await inspector_by_number(authority_of(cmd), staff_no)
        last = until.date() if until else None
        await declare_relation(cmd, person.id, object_code=object_code, kind=RelationKind(kind), until=last)
        return person

    ctx.obj["output"].say("cli.relation_declared", name=run(ctx, work).name)


@inspectors.command()
@click.argument("staff_no")
@click.argument("number")
@click.argument("status", type=click.Choice([status.value for status in CertificateStatus]))
@click.option("--since", type=DAY, help="First day of the suspension or revocation.")
@click.option("--reason", required=True, help="Why the certificate changes.")
@acting_option("planner")
@click.pass_context
def certificate(
    ctx: click.Context, staff_no: str, number: str, status: str, since: datetime | None, reason: str, username: str
) -> None:
    """Suspend, revoke or make valid again the certificate NUMBER of STAFF_NO."""

    async def work(desk: Desk) -> CertificateFacts:
        cmd = await desk.acting(username, Action.INSPECTOR_KEEP)
        person = await inspector_by_number(authority_of(cmd), staff_no)
        held = next((one for one in person.certificates if one.number == number), None)
        if held is None:
            raise NotFound(ProblemCode.NOT_FOUND, "registry.certificate_unknown", certificate=number)
        day = since.date() if since else None
        return await set_certificate_status(cmd, held.id, status=CertificateStatus(status), since=day, reason=reason)

    found = run(ctx, work)
    told = {"certificate": found.number, "status": found.status.value, "since": found.status_since}
    ctx.obj["output"].result(told, words={"status": "desk_registry.certificate_"})


@inspectors.command()
@click.argument("staff_no")
@click.option("--active/--left", "active", default=True, help="In post, or left.")
@click.option("--maximum-load", type=int, help="At most so many objects in a period.")
@click.option("--reason", required=True, help="Why the register changes.")
@acting_option("planner")
@click.pass_context
def adjust(
    ctx: click.Context, staff_no: str, active: bool, maximum_load: int | None, reason: str, username: str
) -> None:
    """Say that STAFF_NO left or came back, or limit how many objects they are given."""

    async def work(desk: Desk) -> InspectorFacts:
        cmd = await desk.acting(username, Action.INSPECTOR_KEEP)
        person = await inspector_by_number(authority_of(cmd), staff_no)
        return await adjust_inspector(cmd, person.id, active=active, maximum_load=maximum_load, reason=reason)

    found = run(ctx, work)
    ctx.obj["output"].result({"staff_no": found.staff_no, "active": found.active, "maximum_load": found.maximum_load})


@inspectors.command()
@click.option("--state", type=click.Choice([state.value for state in BatchState]), help="Only batches in this state.")
@acting_option()
@click.pass_context
def changes(ctx: click.Context, state: str | None, username: str) -> None:
    """Changes of the register, the newest first."""

    async def work(desk: Desk) -> list[BatchFacts]:
        cmd = await desk.acting(username, Action.INSPECTOR_READ)
        return await change_batches(authority_of(cmd), [BatchState(state)] if state else None)

    _show(ctx.obj["output"], run(ctx, work, reads=True))


@inspectors.command()
@click.argument("batch", type=click.UUID)
@click.option("--return", "returned", help="Return it with this remark instead of confirming.")
@acting_option("legal")
@click.pass_context
def confirm(ctx: click.Context, batch: Any, returned: str | None, username: str) -> None:
    """Confirm a BATCH of changes, or return it; not by the person who made them."""

    async def work(desk: Desk) -> BatchFacts:
        cmd = await desk.acting(username, Action.INSPECTOR_REVIEW)
        return await confirm_changes(cmd, batch, confirm=returned is None, remarks=returned)

    _show(ctx.obj["output"], [run(ctx, work)])


@inspectors.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@acting_option("planner")
@click.pass_context
def export(ctx: click.Context, file: Path, username: str) -> None:
    """Write the register to FILE as CSV; an import takes it back unchanged."""

    async def work(desk: Desk) -> list[str]:
        cmd = await desk.acting(username, Action.INSPECTOR_KEEP)
        return list(csv_lines(await inspectors_of(authority_of(cmd)), local_day(cmd.now)))

    file.write_text("".join(run(ctx, work, reads=True)), encoding="utf-8", newline="")
    ctx.obj["output"].note(f"→ {file}")


def _window(cmd: Command, first: datetime | None, last: datetime | None) -> tuple[date, date]:
    begins = first.date() if first else local_day(cmd.now)
    return begins, last.date() if last else begins


def _row(one: Standing, lang: str) -> dict[str, Any]:
    person = one.person
    against = " ".join(hindrance.text(lang) for hindrance in one.hindrances)
    facts = {"staff_no": person.staff_no, "name": person.name, "unit": person.unit, "role": person.role.value}
    return {**facts, "hindrances": against, "notes": " ".join(note.text(lang) for note in one.unlabelled)}


def _show(output: Output, batches: Iterable[BatchFacts]) -> None:
    rows = [
        {"batch": str(one.id), "by": one.made_by_name, "at": one.made_at, "state": one.state.value}
        | {"people": len({change.inspector for change in one.changes}), "changes": len(one.changes)}
        for one in batches
    ]
    columns = ("batch", "by", "at", "state", "people", "changes")
    output.rows(rows, columns, heads={"by": "desk_registry.made_by"}, words={"state": "desk_registry.batch_"})


COMMANDS = [inspectors]
