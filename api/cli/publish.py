from datetime import datetime, timedelta

import click

from api.cli.desk import Desk, acting_option, run
from api.cli.task import DAY
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.publicity.publish import PublishReport, publish_due

SOON = timedelta(days=60)


@click.command()
@click.option("--through", type=DAY, help="Publish what is due up to this day (default: 60 days from now).")
@acting_option("planner")
@click.pass_context
def publish(ctx: click.Context, through: datetime | None, username: str) -> None:
    """Publish every approved result whose clock runs; what may not go out yet is told with the reason."""

    async def work(desk: Desk) -> PublishReport:
        await desk.worker().drain()
        cmd = await desk.acting(username, Action.PUBLICATION_PUBLISH)
        return await publish_due(cmd, through=through.date() if through else local_day(cmd.now) + SOON)

    report, output = run(ctx, work), ctx.obj["output"]
    if output.as_json:
        output.result(
            {
                "published": [
                    {"number": one.number, "digest": one.digest, "late": one.late} for one in report.published
                ],
                "kept_in": [
                    {"publication": str(one.publication), "due_on": str(one.due_on), "why": list(one.why)}
                    for one in report.kept_in
                ],
            }
        )
        return
    output.rows(
        [{"number": one.number, "late": "✓" if one.late else "", "sha256": one.digest} for one in report.published],
        ("number", "late", "sha256"),
        heads={"number": "pages.number"},
    )
    for one in report.kept_in:
        why = [output.word(f"publicity.hindrance_{hindrance}") for hindrance in one.why]
        output.note(f"✗ {one.publication} ({one.due_on}): {' · '.join(why)}")


COMMANDS = [publish]
