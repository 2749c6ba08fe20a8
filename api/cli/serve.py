import asyncio
import gc
import signal
import sys
from socket import socket

import click
import uvicorn
from litestar.types import ASGIApp

from api.app import create_app
from api.cli.desk import Desk, run, sole_writer
from api.device.pokes import close_all
from api.logs import configure_logs
from api.metrics.meters import meters_of
from api.metrics.port import scraped
from api.pages.render import make_ready
from api.worker import working
from inspection.kernel.clock import SystemClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.settings import Settings

GRACE_S = 10
SWITCH_S = 0.0005
"""How long a thread computes on while another one waits to. A push's thirty statements give the interpreter away thirty
times: with Python's own 5 ms each of them could be kept waiting so long by a neighbour that reads its lines.
"""


@click.command()
@click.option("--host", help="Address to listen on (default: FIELDCHECK_HOST or 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default: FIELDCHECK_PORT or 8000).")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Run the server. On SQLite it does the background work too; on PostgreSQL run `fieldcheck worker` beside it."""
    settings: Settings = ctx.obj["settings"]
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=given)
    ctx.obj["settings"] = settings

    async def check(desk: Desk) -> None:
        """Refuse at once, in words, what the server would only answer with errors."""

    run(ctx, check)
    run_server(settings)


def run_server(settings: Settings) -> None:
    """Serve until a signal says stop; used by `serve` and `demo`."""
    configure_logs(level=settings.log_level, log_format=settings.log_format)
    works = settings.database.startswith("sqlite")
    app = create_app(settings, clock=SystemClock(), entropy=SystemEntropy(), works=works)
    make_ready()
    sys.setswitchinterval(SWITCH_S)
    with sole_writer(settings):
        ListeningServer(server_config(app, settings)).run()


class ListeningServer(uvicorn.Server):
    """The server that ends the streams of pokes before it waits for the requests that are still answered."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        # What stands now stands to the end. A collection that looked through all of it would stop every request for
        # 0.17 s, again and again.
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        close_all()
        await super().shutdown(sockets=sockets)


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How an application is put on a socket."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        # Left on, it believes X-Forwarded-For of everybody on this machine, and of whomever a proxy here passes on:
        # whose word counts is told by `trusted_proxies` alone.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=65,
    )


@click.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Do background work for a PostgreSQL installation until stopped; any number of these may run."""
    configure_logs(level=ctx.obj["settings"].log_level, log_format=ctx.obj["settings"].log_format)

    async def work(desk: Desk) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        meters = meters_of(desk.settings)
        async with (
            scraped(meters, desk.settings, desk.clock),
            working(desk.clock, desk.entropy, desk.keys(), desk.settings),
        ):
            await stop.wait()

    run(ctx, work)


COMMANDS = [serve, worker]
