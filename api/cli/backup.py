from dataclasses import asdict

import click

from api.backups import place_of
from inspection.kernel.backup import make_backup, new_name
from inspection.kernel.clock import SystemClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode


@click.command()
@click.pass_context
def backup(ctx: click.Context) -> None:
    """Copy the SQLite database into DATA_DIR/backups, also while the server runs, with a list of the stored files.

    Neither the files themselves nor the server's keys are copied. PostgreSQL has pg_dump.
    """
    place = place_of(ctx.obj["settings"])
    if place is None:
        raise Refused(ProblemCode.REFUSED, "kernel.backup_by_pg_dump")
    now = SystemClock().now()
    made = make_backup(place, new_name(now, SystemEntropy()), now)
    told = {**asdict(made), "made_at": made.made_at.isoformat(), "folder": str(place.folder / made.name)}
    ctx.obj["output"].result(told)


COMMANDS = [backup]
