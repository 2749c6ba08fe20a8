"""Background work in a process of its own: 35 MB less than a server, whose routes and pages it never loads."""

import asyncio
import os

import click

from api.cli.desk import Desk, run
from api.departure import KILLED, STOPS
from api.logs import configure_logs
from api.metrics.meters import meters_of
from api.metrics.port import scraped
from api.tracing import traced
from api.worker import handing_over, working
from media.depots import check_keys


@click.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Do background work for a PostgreSQL installation until stopped; any number of these may run."""
    configure_logs(level=ctx.obj["settings"].log_level, log_format=ctx.obj["settings"].log_format)

    async def work(desk: Desk) -> None:
        stop = asyncio.Event()

        def leave(number: int) -> None:
            if stop.is_set():
                os._exit(KILLED + number)
            stop.set()

        for number in STOPS:
            asyncio.get_running_loop().add_signal_handler(number, leave, number)
        meters, keys = meters_of(desk.settings), desk.keys()
        await check_keys({key.kid for key in keys.known})
        async with (
            scraped(meters, desk.settings, desk.clock),
            traced(desk.settings),
            working(desk.clock, desk.entropy, keys, desk.settings),
            handing_over(keys, desk.settings.shutdown_s),
        ):
            await stop.wait()

    run(ctx, work)


COMMANDS = [worker]
