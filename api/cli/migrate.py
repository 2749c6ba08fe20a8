import sys

import click

from api.cli.desk import Desk, run
from api.migrate import Patience, waiting
from api.migrate import migrate as bring_up
from api.output import Exit
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.settings import Settings
from inspection.policy.keep_rules import check_kept

_GENTLE = Patience()


@click.command()
@click.option("--check", is_flag=True, help="Only tell what waits; exit code 1 if anything does.")
@click.option(
    "--lock-timeout",
    type=click.FloatRange(0.01, 600),
    default=_GENTLE.lock_s,
    show_default=True,
    help="Seconds for which a step, and whoever comes behind it, waits for a table before it lets others pass.",
)
@click.option(
    "--statement-timeout",
    type=click.FloatRange(0, 86_400),
    default=_GENTLE.statement_s,
    show_default=True,
    help="Seconds that one statement of a step may take; 0: as long as it needs.",
)
@click.option("--tries", type=click.IntRange(1, 10_000), default=_GENTLE.tries, show_default=True, help="5 s apart.")
@click.pass_context
def migrate(ctx: click.Context, check: bool, lock_timeout: float, statement_timeout: float, tries: int) -> None:
    """Bring the database to this version's schema and load the working-day calendar. The version before may go on
    working meanwhile; restart it afterwards. With FIELDCHECK_MIGRATE_URL it goes to that address.
    """
    settings: Settings = ctx.obj["settings"]
    ctx.obj["settings"] = settings.as_owner
    if check:
        if run(ctx, _tell_waiting, migrated=False, reads=True):
            sys.exit(Exit.REFUSED)
        return
    patience = Patience(lock_timeout, statement_timeout, tries)

    async def work(desk: Desk) -> None:
        ran = await bring_up(patience)
        await check_kept()
        years = await seed_calendar(desk.system())
        if desk.output.as_json:
            desk.output.json({"migrations": [f"{step.app}/{step.id}" for step in ran], "calendar_years": years})
        desk.output.say("cli.migrated", migrations=len(ran), years=years)

    run(ctx, work, migrated=False)


async def _tell_waiting(desk: Desk) -> int:
    steps = await waiting()
    if desk.output.as_json:
        desk.output.json({"waiting": [f"{step.app}/{step.id}" for step in steps]})
    for step in steps:
        desk.output.say("cli.migration_waits", step=f"{step.app}/{step.id}", what=step.module.DESCRIPTION)
    if not steps:
        desk.output.say("cli.migrations_done")
    return len(steps)


COMMANDS = [migrate]
