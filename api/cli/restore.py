import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from api.cli.desk import Desk, run
from api.cli.doctor import examine
from api.output import Exit, Output
from api.restoring.after import Settled, settle
from api.restoring.restore import MOST_TOLD, Asked, Restored, look, restore
from inspection.kernel.backup import Backup
from inspection.kernel.canonical import JSON
from inspection.kernel.clock import SystemClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.settings import Settings

SKIPPED = "How many numbers of every series are left out."


@click.command(name="restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Only read every byte of the backup; touch nothing.")
@click.option("--replace", is_flag=True, help="Put the database and keys that are there beside, renamed.")
@click.option("--skip-numbers", default=1000, show_default=True, type=click.IntRange(0, 100_000), help=SKIPPED)
@click.option("--despite-damage", is_flag=True, help="Leave out stored files that are damaged in the backup.")
@click.pass_context
def restore_(
    ctx: click.Context, folder: Path, only_check: bool, replace: bool, skip_numbers: int, despite_damage: bool
) -> None:
    """Bring database, stored files and keys back from the backup FOLDER, and begin a new history.

    Every byte of the backup is compared with its manifest first; nothing is touched when anything is wrong. An older
    schema is brought to this version, a newer one refused. Tablets notice the new history and offer again what they
    hold. Everybody is signed out; numbers of every series are left out, for they may have been given after the
    backup; draws that were open are to be given up. Then `fieldcheck doctor` says what is left to be done.

    Exit code 3: restored, but stored files are missing.
    """
    settings: Settings = ctx.obj["settings"]
    output: Output = ctx.obj["output"]
    if only_check:
        told, wrong = look(settings, folder, despite_damage=despite_damage)
        _tell_checked(output, told, wrong)
        ctx.exit(Exit.PARTLY if wrong else Exit.DONE)
    asked = Asked(replace, skip_numbers, despite_damage)

    def step(name: str) -> None:
        output.note(output.word(f"cli.restore_step.{name}"))

    done = asyncio.run(restore(settings, folder, SystemClock(), SystemEntropy(), asked, step))
    _tell(output, done)
    if not output.as_json:
        examine(settings, output)
    ctx.exit(Exit.PARTLY if done.files.absent else Exit.DONE)


@click.command()
@click.option("--at", "made_at", required=True, metavar="INSTANT", help="As of when it is: 2026-03-02T03:00+08:00.")
@click.option("--skip-numbers", default=1000, show_default=True, type=click.IntRange(0, 100_000), help=SKIPPED)
@click.pass_context
def restored(ctx: click.Context, made_at: str, skip_numbers: int) -> None:
    """Say that the database was brought back by other means: a point-in-time recovery, a standby that lost the end.

    Does what `restore` does afterwards: a new history begins, everybody is signed out, numbers are left out, draws that
    were open are to be given up. Stop server and workers first.
    """
    try:
        at = datetime.fromisoformat(made_at)
    except ValueError:
        raise click.BadParameter("an instant such as 2026-03-02T03:00+08:00", param_hint="--at") from None
    if at.tzinfo is None:
        raise click.BadParameter("an instant with its offset, such as 2026-03-02T03:00+08:00", param_hint="--at")

    async def work(desk: Desk) -> Settled:
        return await settle(desk.system(), f"the database as of {at.isoformat()}", at, skip_numbers)

    settled = run(ctx, work)
    output: Output = ctx.obj["output"]
    if output.as_json:
        output.result(_settled(settled))
    else:
        output.say("cli.restored_anew", history=str(settled.history))
        _tell_settled(output, settled)


def _tell_checked(output: Output, told: Backup, wrong: Sequence[str]) -> None:
    facts: dict[str, JSON] = {"name": told.name, "made_at": told.made_at.isoformat()}
    if output.as_json:
        output.result({**facts, "files": told.held, "good": not wrong, "damaged": list(wrong)})
    elif wrong:
        output.say("cli.restore_checked_damaged", n=len(wrong), names=", ".join(wrong[:MOST_TOLD]), **facts)
    else:
        output.say("cli.restore_checked", files=told.held, **facts)


def _tell(output: Output, done: Restored) -> None:
    if output.as_json:
        output.result(_facts(done))
        return
    output.say("cli.restored", name=done.backup.name, made_at=done.backup.made_at.isoformat(timespec="minutes"))
    output.say("cli.restored_history", history=str(done.settled.history), tree=done.backup.tree_size)
    output.say("cli.restored_files", brought=done.files.brought, there=done.files.there)
    if done.files.absent:
        output.say("cli.restored_absent", n=done.files.absent)
    _tell_settled(output, done.settled)
    if done.before is not None:
        lost = max(0, done.before.tree_size - done.backup.tree_size)
        output.say("cli.restored_newer", lost=lost, newest=done.before.newest_line or "–")
    for place in done.aside:
        output.say("cli.restored_aside", place=place)
    output.say("cli.restored_next")


def _tell_settled(output: Output, settled: Settled) -> None:
    output.say("cli.restored_closed", sessions=settled.sessions, tokens=settled.tokens, codes=settled.codes)
    for series, (first, last) in sorted(settled.numbers.items()):
        output.say("cli.restored_numbers", series=series, first=first, last=last)
    if settled.draws:
        output.say("cli.restored_draws", n=len(settled.draws), draws=", ".join(map(str, settled.draws)))
    if settled.chains:
        output.say("cli.restored_chains", n=settled.chains)


def _facts(done: Restored) -> dict[str, Any]:
    return {
        "backup": done.backup.name,
        "made_at": done.backup.made_at.isoformat(),
        **_settled(done.settled),
        "tree_size": done.backup.tree_size,
        "tree_size_before": done.before.tree_size if done.before else None,
        "newest_before": done.before.newest_line if done.before else None,
        "files": {"brought": done.files.brought, "there": done.files.there, "absent": done.files.absent},
        "migrations": done.migrations,
        "aside": list(done.aside),
    }


def _settled(settled: Settled) -> dict[str, Any]:
    return {
        "history": str(settled.history),
        "sessions": settled.sessions,
        "tokens": settled.tokens,
        "codes": settled.codes,
        "numbers": {series: list(ends) for series, ends in settled.numbers.items()},
        "draws": [str(one) for one in settled.draws],
        "chains": settled.chains,
    }


COMMANDS = [restore_, restored]
