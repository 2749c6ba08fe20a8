"""The address at which this process is scraped: never the public one.

It is served by a thread of its own: a scrape is answered also while the event loop is busy, and says how late it was.
Of several processes on one machine each takes the first free of as many ports as there are processes; each is scraped
by itself, so a process that leaks or hangs is seen as what it is.
"""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from api.metrics.meters import Meters
from api.metrics.standing import Standing
from inspection.kernel.clock import Clock
from inspection.kernel.settings import Settings
from inspection.kernel.signals import listening

PATH: Final = "/metrics"
PATIENCE_S: Final = 8.0
"""A scrape waits no longer for what must be read; Prometheus itself gives up after ten seconds."""
AGAIN_S: Final = 5.0

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@asynccontextmanager
async def scraped(
    meters: Meters | None, settings: Settings, clock: Clock, *, processes: int = 1
) -> AsyncIterator[None]:
    """Count, and answer scrapes at the address of the settings, until the block ends; nothing without meters.

    A port that is taken (by the process that this one replaces, in an upgrade) is tried again until it is free.
    """
    if meters is None:
        yield
        return
    standing = Standing(settings, clock)
    meters.registry.register(standing)
    answer = _answering(meters.registry, standing, asyncio.get_running_loop())
    ports = range(settings.metrics_port, settings.metrics_port + processes)
    opening = asyncio.create_task(_open(settings.metrics_host, ports, answer), name="metrics")
    try:
        with listening(meters):
            yield
    finally:
        opening.cancel()
        for server in await asyncio.gather(opening, return_exceptions=True):
            if isinstance(server, WSGIServer):
                await asyncio.to_thread(_close, server)
        meters.registry.unregister(standing)


async def _open(host: str, ports: range, answer: Wsgi) -> WSGIServer:
    told = False
    while True:
        for port in ports:
            try:
                server = make_server(host, port, answer, _server_of(host), _Silent)
            except OSError as error:
                if not told and port == ports[-1]:
                    log.warning("metrics wait for a free port", port=port, error=type(error).__name__)
                    told = True
                continue
            threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
            log.info("metrics", port=port)
            return server
        await asyncio.sleep(AGAIN_S)


def _close(server: WSGIServer) -> None:
    server.shutdown()
    server.server_close()


def _answering(registry: CollectorRegistry, standing: Standing, loop: asyncio.AbstractEventLoop) -> Wsgi:
    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "GET":
            start("404 Not Found", [("Content-Length", "0")])
            return [b""]
        reading = asyncio.run_coroutine_threadsafe(standing.refresh(asked=time.perf_counter()), loop)
        try:
            reading.result(PATIENCE_S)
        except TimeoutError:
            # The rest is told all the same: a loop that stands still is what somebody wants to know.
            reading.cancel()
        told = generate_latest(registry)
        start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST), ("Content-Length", str(len(told)))])
        return [told]

    return answer


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # A port that this process's predecessor has just left may be taken at once.
    allow_reuse_address = True


class _Threads6(_Threads):
    address_family = socket.AF_INET6


def _server_of(host: str) -> type[WSGIServer]:
    return _Threads6 if ":" in host else _Threads


class _Silent(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the standard library's name
        """Nothing: who scrapes is nobody's business."""

    def address_string(self) -> str:
        return self.client_address[0]
