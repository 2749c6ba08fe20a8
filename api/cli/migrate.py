import click

from api.cli.desk import Desk, run
from api.migrate import migrate as bring_up
from inspection.kernel.calendar import seed_calendar


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database to this version's schema and load the working-day calendar."""

    async def work(desk: Desk) -> None:
        ran = await bring_up()
        years = await seed_calendar(desk.system())
        desk.output.result(
            {"migrations": [f"{step.app}/{step.id}" for step in ran], "calendar_years": years},
            f"数据库已就绪：执行迁移 {len(ran)} 个，载入工作日历 {years} 年"
            if desk.output.lang == "zh_CN"
            else f"Database ready: {len(ran)} migration(s) run, {years} calendar year(s) loaded",
        )

    run(ctx, work, migrated=False)


COMMANDS = [migrate]
