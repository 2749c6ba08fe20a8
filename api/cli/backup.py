import asyncio
from pathlib import Path

import click

from api.backups import place_of, sqlite_path
from api.output import Exit, Output
from api.restoring.marker import refuse_half_restored
from inspection.kernel.backup import Wanted, make_backup, new_name
from inspection.kernel.clock import SystemClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.moved import refuse_moved
from inspection.kernel.settings import Settings


@click.command()
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="Where backups lie (default: FIELDCHECK_BACKUPS)."
)
@click.option("--keep", type=click.IntRange(min=1), help="Afterwards remove all but the newest N of each kind.")
@click.option("--without-files", is_flag=True, help="Only list the stored files: something else has them.")
@click.option("--without-keys", is_flag=True, help="Leave out the server's keys: another place has them.")
@click.pass_context
def backup(ctx: click.Context, folder: Path | None, keep: int | None, without_files: bool, without_keys: bool) -> None:
    """Back up database, stored files and keys, also while the server runs. Nothing waits for it.

    SQLite by its online backup, PostgreSQL by pg_dump (on PATH, or FIELDCHECK_PG_BIN), in one snapshot. Each file is
    compared with its digest while it is copied; files that an older backup in the folder holds are linked. Exit code 3
    when stored files were missing or damaged: the backup is there, without them. `fieldcheck restore` brings it back.
    """
    settings: Settings = ctx.obj["settings"]
    # A copy of either would look like a good one, and push good ones out.
    refuse_half_restored(settings)
    if file := sqlite_path(settings):
        refuse_moved(file)
    now = SystemClock().now()
    place = place_of(settings, folder)
    wanted = Wanted(files=not without_files, keys=not without_keys, keep=keep)
    made = asyncio.run(make_backup(place, new_name(now, SystemEntropy()), now, wanted))
    output: Output = ctx.obj["output"]
    where = str(place.folder / made.name)
    if output.as_json:
        output.result({**made.model_dump(mode="json"), "folder": where})
    else:
        output.say("cli.backup_made", folder=where, bytes=made.length, files=made.files, held=made.held)
        for digest in made.missing:
            output.say("cli.backup_missing", digest=digest)
        if made.lacking:
            output.say("cli.backup_lacking", n=made.lacking)
    ctx.exit(Exit.PARTLY if made.lacking else Exit.DONE)


COMMANDS = [backup]
