import click

from api.cli.desk import Desk, run
from api.migrate import migrate as bring_up
from inspection.kernel.calendar import seed_calendar
from inspection.policy.keep_rules import check_kept


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database to this version's schema and load the working-day calendar."""

    async def work(desk: Desk) -> None:
        ran = await bring_up()
        await check_kept()
        years = await seed_calendar(desk.system())
        if desk.output.as_json:
            desk.output.json({"migrations": [f"{step.app}/{step.id}" for step in ran], "calendar_years": years})
        desk.output.say("cli.migrated", migrations=len(ran), years=years)

    run(ctx, work, migrated=False)


COMMANDS = [migrate]
