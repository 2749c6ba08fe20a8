"""One process on a socket: uvicorn, with an end that operators can rely on."""

import gc
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from socket import socket
from types import FrameType

import structlog
import uvicorn
from litestar.types import ASGIApp

from api.cli.pulse import Pulse, beating
from api.departure import KILLED, STOPS, Departure
from api.device.pokes import close_all
from inspection.kernel.settings import Settings

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")


class ListeningServer(uvicorn.Server):
    """The server whose end has an order: not ready any more, no new requests, streams ended, requests in hand answered,
    exit code 0. A second signal ends it where it stands; what was answered is committed. One of a family, which has a
    `pulse`, leaves that to its parent: whoever stops a group of processes tells each, and then the parent tells its
    children.
    """

    def __init__(self, config: uvicorn.Config, departure: Departure, drain_s: float, pulse: Pulse | None) -> None:
        super().__init__(config)
        self._pulse = pulse
        self._departure = departure
        self._drain_s = drain_s

    async def serve(self, sockets: list[socket] | None = None) -> None:
        async with beating(self._pulse) if self._pulse else nullcontext():
            await super().serve(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Without what uvicorn does at the end, to raise the signal anew: to whoever waits it would look killed."""
        before = {number: signal.signal(number, self.handle_exit) for number in STOPS}
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  a signal handler's signature
        if not self._departure.leaving:
            self._departure.leave()
        elif self._pulse is None:
            os._exit(KILLED + sig)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        # What stands now stands to the end. A collection that looked through all of it would stop every request for
        # 0.17 s, again and again.
        gc.collect()
        gc.freeze()

    async def on_tick(self, counter: int) -> bool:
        self.should_exit = self._departure.due(self._drain_s)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        log.info("no new requests", in_hand=len(self.server_state.tasks))
        close_all()
        await super().shutdown(sockets=sockets)
        log.info("stopped")


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
        timeout_graceful_shutdown=settings.shutdown_s,
        timeout_keep_alive=65,
    )
