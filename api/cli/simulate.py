import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from api.cli.desk import sole_writer
from api.cli.task import DAY
from api.cli.year import show_year
from api.logs import configure_logs
from api.output import Exit, Output
from api.simulation.password import PASSWORD
from api.simulation.story import Plot, Told, tell
from api.simulation.year.living import live
from api.simulation.year.plot import codes
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings


@click.command()
@click.option("--tablets", type=click.IntRange(2, 200), default=20, show_default=True, help="How many tablets.")
@click.option("--days", type=click.IntRange(1, 60), default=5, show_default=True, help="How many days they work.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same days.")
@click.option("--start", type=DAY, default="2026-03-02", show_default=True, help="The first day.")
@click.option("--rule-set", type=click.Choice(codes()), help="A whole year under this rule-set instead of such days.")
@click.pass_context
def simulate(ctx: click.Context, tablets: int, days: int, seed: int, start: datetime, rule_set: str | None) -> None:
    """Live through a fleet's days: tablets go offline, work, come back over a bad network; the office decides.

    Works in a trial database (an empty --data-dir): it founds an invented authority, draws, visits, reviews and
    publishes through the server's routes, then compares every entry and every photo of every tablet with the store,
    one by one. Ends with exit code 1 if anything is missing or altered.

    With --rule-set it lives through a whole year of an authority under that rule-set, from the item list to the annual
    report, on a clock of its own; then it shows for every clause of the document in which lines of the journal its
    effect is seen, and verifies journal, draws and dossiers. Exit code 1 if one clause has no effect to be seen.
    """
    settings: Settings = ctx.obj["settings"]
    output: Output = ctx.obj["output"]
    configure_logs(level="error")
    if rule_set is not None:
        with sole_writer(settings):
            lived = asyncio.run(live(settings, rule_set, seed=seed, password=PASSWORD, output=output))
        show_year(output, lived)
        ctx.exit(Exit.DONE if lived.good else Exit.REFUSED)
    plot = Plot(tablets, days, seed, start.replace(tzinfo=UTC), PASSWORD, SeededEntropy(f"server:{seed}"))
    with sole_writer(settings):
        told = asyncio.run(tell(settings, plot, output))
    if output.as_json:
        output.json(facts_of(told))
    show(output, told)
    ctx.exit(Exit.DONE if told.report.custody.whole else Exit.REFUSED)


def facts_of(told: Told) -> dict[str, Any]:
    """What the days came to, as one JSON object."""
    return {"visits": told.visits, **asdict(told.report), "whole": told.report.custody.whole}


def show(output: Output, told: Told) -> None:
    """What the days came to, for people."""
    report, custody = told.report, told.report.custody
    facts = {name: value for name, value in asdict(report).items() if name != "custody"}
    output.say("cli.fleet_days", visits=told.visits, **facts)
    output.say("cli.fleet_network", **facts)
    output.say("cli.fleet_custody", **asdict(custody))


COMMANDS = [simulate]
