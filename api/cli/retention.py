"""What is removed after its time, and for how many years dossiers are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import click

from api.cli.desk import Desk, authority_of, run
from api.output import Output
from api.permits import Action
from api.retention import REMOVERS
from inspection.archive.retention import approve_term, ask_term, files_of, run_out, term_in_force
from inspection.archive.store_dossiers import KeptDossier, TermRow
from inspection.authority import store as authorities
from inspection.authority.store import AuthorityRow
from inspection.kernel.catalogue import text
from inspection.kernel.retention.run import Due, due, retain
from media.store_holds import held_of


@click.group(invoke_without_command=True)
@click.pass_context
def retention(ctx: click.Context) -> None:
    """What may be removed by rule now (保存期限); nothing is: `run` does it, and the day's background work.

    Evidence is removed by no rule: `retention dossiers` lists those whose years are over.
    """
    if ctx.invoked_subcommand is not None:
        return

    async def work(desk: Desk) -> list[Due]:
        return await due(desk.clock.now(), REMOVERS)

    output: Output = ctx.obj["output"]
    found = run(ctx, work, reads=True)
    rows = [
        {"rule": one.rule.name, "days": one.rule.days, "since": one.rule.since.isoformat(), "count": one.count,
         "ground": one.rule.ground.en if output.lang == "en" else one.rule.ground.zh}
        for one in found
    ]  # fmt: skip
    heads = {"days": "cli.retention_days", "since": "cli.retention_since"}
    output.rows(rows, ("rule", "days", "since", "count", "ground"), heads=heads)


@retention.command(name="run")
@click.pass_context
def run_(ctx: click.Context) -> None:
    """Remove it now instead of during the day's background work; the journal keeps rule and number."""

    async def work(desk: Desk) -> dict[str, int]:
        return await retain(desk.system(), REMOVERS)

    output, removed = ctx.obj["output"], run(ctx, work)
    if output.as_json:
        output.json(removed)
        return
    output.rows([{"rule": rule, "removed": count} for rule, count in removed.items()], ("rule", "removed"))


@retention.command()
@click.option("--years", required=True, type=int, help="Whole years from a dossier's last volume on.")
@click.option("--ground", required=True, help="The document that sets them.")
@click.option("--as", "username", required=True, help="Account in whose name this is asked for.")
@click.pass_context
def ask(ctx: click.Context, years: int, ground: str, username: str) -> None:
    """Ask that the authority's dossiers be kept for so many years (保管期限); another person approves it."""

    async def work(desk: Desk) -> TermRow:
        cmd = await desk.acting(username, Action.DOSSIER_SEAL)
        return await ask_term(cmd, authority=authority_of(cmd), years=years, ground=ground)

    row = run(ctx, work)
    ctx.obj["output"].result({"term": str(row.id), "years": row.years, "approved": False})


@retention.command()
@click.argument("term", type=click.UUID)
@click.option("--as", "username", required=True, help="Account in whose name this is approved.")
@click.pass_context
def approve(ctx: click.Context, term: UUID, username: str) -> None:
    """Let the term TERM hold, from now on and for all dossiers of the authority."""

    async def work(desk: Desk) -> TermRow:
        cmd = await desk.acting(username, Action.DOSSIER_READ)
        return await approve_term(cmd, authority=authority_of(cmd), term=term)

    row = run(ctx, work)
    ctx.obj["output"].result({"term": str(row.id), "years": row.years, "approved": True})


@dataclass(frozen=True, slots=True)
class _Listed:
    """A dossier whose years are over. `files`: its own ones; `held`: those of them that nothing may remove."""

    authority: AuthorityRow
    dossier: KeptDossier
    files: int
    held: int


@retention.command()
@click.pass_context
def dossiers(ctx: click.Context) -> None:
    """The dossiers whose years are over, for the people who judge and destroy archives by law. Nothing is removed."""

    async def work(desk: Desk) -> tuple[list[_Listed], Sequence[AuthorityRow]]:
        found, forever = [], []
        for authority in await authorities.authorities():
            if await term_in_force(authority.id) is None:
                forever.append(authority)
            for one in await run_out(authority.id, desk.clock.now()):
                files = await files_of(one.visit)
                found.append(_Listed(authority, one, len(files), len(await held_of(files)) if files else 0))
        return found, forever

    output: Output = ctx.obj["output"]
    found, forever = run(ctx, work, reads=True)
    rows = [
        {"authority": one.authority.code, "dossier": one.dossier.number,
         "sealed": one.dossier.sealed_at.date().isoformat(), "files": one.files, "held": one.held}
        for one in found
    ]  # fmt: skip
    output.rows(rows, ("authority", "dossier", "sealed", "files", "held"))
    for authority in forever:
        output.note(text("cli.retention_forever", output.lang, code=authority.code))


COMMANDS = [retention]
