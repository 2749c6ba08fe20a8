"""The upload routes on a real socket, and a line to them that breaks where it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from litestar import Litestar
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

PIECE = 16 * 1024


@asynccontextmanager
async def on_a_socket(app: Litestar) -> AsyncIterator[int]:
    """The application behind uvicorn's protocol in this loop; yields the port."""
    state = ServerState()
    config = Config(app, http="httptools", lifespan="off", log_config=None)
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: HttpToolsProtocol(config, state, {}), "127.0.0.1", 0
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        await server.wait_closed()
        if state.tasks:
            await asyncio.wait(state.tasks)
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a connection breaks: after this many bytes up (of requests) or down (of answers)."""

    up: int | None = None
    down: int | None = None


def cuts(seed: int, count: int, size: int) -> list[Cut]:
    """Random breaks of the first `count` connections of a client that sends about `size` bytes."""
    random = Random(seed)
    return [
        Cut(down=random.randrange(0, 700)) if random.random() < 0.25 else Cut(up=random.randrange(1, size))
        for _ in range(count)
    ]


@dataclass
class BadLine:
    """A proxy whose n-th connection breaks as the n-th cut says; those behind the last cut hold."""

    target: int
    plan: list[Cut]
    on_cut: Callable[[], None] = lambda: None
    port: int = 0
    broken: int = 0
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its beginning to its end."""
        cut = self.plan.pop(0) if self.plan else Cut()
        try:
            there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            await _hang_up(writer)
            return
        directions = [
            asyncio.ensure_future(_carry(reader, there[1], cut.up)),
            asyncio.ensure_future(_carry(there[0], writer, cut.down)),
        ]
        try:
            done, _ = await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            if any(one.result() for one in done):
                self.broken += 1
                self.on_cut()
        finally:
            for one in directions:
                one.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
            for end in (writer, there[1]):
                await _hang_up(end)

    async def _kept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            await self.carry(reader, writer)
        finally:
            self._tasks.discard(task)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["BadLine"]:
        """Listen; yields itself with `port` set."""
        server = await asyncio.start_server(self._kept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int | None) -> bool:
    """Carry bytes until they end; True when the limit was reached before that."""
    with suppress(OSError):
        while limit is None or limit > 0:
            data = await reader.read(PIECE if limit is None else min(PIECE, limit))
            if not data:
                return False
            writer.write(data)
            await writer.drain()
            if limit is not None:
                limit -= len(data)
        return True
    return False
