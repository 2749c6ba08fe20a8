import sys
from socket import socket

import click
from litestar import Litestar

from api.app import create_app
from api.cli.desk import Desk, run, sole_writer
from api.cli.family import Family
from api.cli.listening import ListeningServer, server_config
from api.cli.pulse import Pulse
from api.logs import configure_logs
from api.pages.render import make_ready
from api.tracing import check_tracing
from inspection.kernel.clock import SystemClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.errors import Refused
from inspection.kernel.settings import Settings
from media.depots import check_keys
from mobile_contract.problems import ProblemCode

SWITCH_S = 0.0005
"""How long a thread computes on while another one waits to. A push's thirty statements give the interpreter away thirty
times: with Python's own 5 ms each of them could be kept waiting so long by a neighbour that reads its lines.
"""


@click.command()
@click.option("--host", help="Address to listen on (default: FIELDCHECK_HOST or 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default: FIELDCHECK_PORT or 8000).")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Run the server. On SQLite it does the background work too; on PostgreSQL run `fieldcheck worker` beside it, and
    let FIELDCHECK_WEB_PROCESSES processes serve.
    """
    settings: Settings = ctx.obj["settings"]
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=given)
    ctx.obj["settings"] = settings

    _refuse_several_on_sqlite(settings)

    async def check(desk: Desk) -> None:
        """Refuse at once, in words, what the server would only answer with errors."""
        check_tracing(desk.settings)
        await check_keys({key.kid for key in desk.keys().known})

    run(ctx, check)
    run_server(settings)


def run_server(settings: Settings) -> None:
    """Serve until a signal says stop; used by `serve` and `demo`.

    Raises:
        Refused: several processes over SQLite.
    """
    _refuse_several_on_sqlite(settings)
    configure_logs(level=settings.log_level, log_format=settings.log_format)
    works = settings.database.startswith("sqlite")
    app = create_app(settings, clock=SystemClock(), entropy=SystemEntropy(), works=works)
    make_ready(desk=settings.web_processes > 1)
    sys.setswitchinterval(SWITCH_S)
    if settings.web_processes > 1:
        sys.exit(_forked(app, settings))
    with sole_writer(settings):
        _listening(app, settings, None).run()


def _refuse_several_on_sqlite(settings: Settings) -> None:
    if settings.web_processes > 1 and settings.database.startswith("sqlite"):
        raise Refused(ProblemCode.CONFLICT, "cli.one_process_only", processes=settings.web_processes)


def _forked(app: Litestar, settings: Settings) -> int:
    """As many processes as the settings say; returns the exit code."""

    def serve_on(listener: socket, pulse: Pulse) -> None:
        _listening(app, settings, pulse).run(sockets=[listener])

    return Family(settings.web_processes, server_config(app, settings).bind_socket(), serve_on).live()


def _listening(app: Litestar, settings: Settings, pulse: Pulse | None) -> ListeningServer:
    return ListeningServer(server_config(app, settings), app.state.process.departure, settings.drain_s, pulse)


COMMANDS = [serve]
