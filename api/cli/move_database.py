import asyncio

import click

from api.output import Output
from api.restoring.moving import Moved, let_back, move
from inspection.kernel.clock import SystemClock
from inspection.kernel.settings import Settings


@click.command(name="move-database")
@click.argument("target", metavar="TARGET_URL", required=False)
@click.option("--take-back", is_flag=True, help="Open the SQLite file again, whose rows were moved by mistake.")
@click.pass_context
def move_database(ctx: click.Context, target: str | None, take_back: bool) -> None:
    """Move this installation from SQLite into the empty PostgreSQL at TARGET_URL (postgresql://…). Stop the server and
    make a backup first.

    All rows go in one transaction, are read back and compared, and the journal is followed to its end; when anything is
    wrong, nothing is in the target and the SQLite file serves on. The history stays: no tablet notices. Afterwards the
    file is closed and what to change in the settings is told. Stored files and keys stay where they are.
    """
    if (target is None) is not take_back:
        raise click.UsageError("give TARGET_URL, or --take-back")
    settings: Settings = ctx.obj["settings"]
    output: Output = ctx.obj["output"]
    if target is None:
        _tell_back(settings, output)
        return
    if not target.startswith(("postgresql://", "postgres://")):
        raise click.BadParameter("an address that begins with postgresql://", param_hint="TARGET_URL")

    def step(name: str) -> None:
        output.note(output.word(f"cli.move_step.{name}"))

    _tell(output, asyncio.run(move(settings, target, SystemClock().now(), step)))


def _tell(output: Output, done: Moved) -> None:
    if output.as_json:
        facts = {"source": str(done.source), "target": done.target, "tables": done.tables, "rows": done.rows}
        output.json({**facts, "journal_lines": done.journal.lines, "history": done.history})
        return
    output.say("cli.moved", target=done.target, tables=done.tables, rows=done.rows)
    output.say("cli.moved_journal", lines=done.journal.lines, history=done.history or "–")
    output.say("cli.moved_settings", target=done.target)
    output.say("cli.moved_worker")
    output.say("cli.moved_source", path=str(done.source))


def _tell_back(settings: Settings, output: Output) -> None:
    told = let_back(settings)
    facts = {"target": told.target, "at": told.at.isoformat(timespec="seconds")}
    if output.as_json:
        output.json(facts)
        return
    output.say("cli.move_taken_back", **facts)


COMMANDS = [move_database]
