"""A line to a server, in user space: it breaks at byte positions, dawdles, stands still; its far end may move.

Also what stands between a server and its database when that fails over: the address that moves.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Final, Self

PIECE: Final = 16 * 1024
_SLOW_PIECES: Final = 30


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to one connection. `up`, `down`: bytes (of requests, of answers) after which it happens; `kind`:
    `cut` (reset), `end` (a half-closed line, as a proxy that dies politely), `stall` (open, and nothing comes any
    more), `slow` (from there on in small pieces with pauses, then cut).
    """

    kind: str
    up: int | None = None
    down: int | None = None


NONE: Final = Trouble("none")
KINDS: Final = ("cut", "end", "stall", "slow")


def trouble_of(random: Random) -> Trouble:
    """Some trouble: near the beginning, where heads are, as often as far inside a body or some requests later."""
    place = int(random.choice((400, 3_000, 10_000, 40_000)) * random.random())
    kind = random.choice(KINDS)
    return Trouble(kind, up=place) if random.random() < 0.5 else Trouble(kind, down=place)


@dataclass
class Line:
    """Listens on `port` and carries to `target()` (host, port)."""

    target: Callable[[], tuple[str, int]]
    trouble: Callable[[], Trouble] = lambda: NONE
    pause_s: float = 0.01
    port: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        """Listen until the end of the block."""
        server = await asyncio.start_server(self._kept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await self.break_all()
            await server.wait_closed()

    async def break_all(self) -> None:
        """Cut every connection that is open."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _kept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._carry(reader, writer)
        except asyncio.CancelledError:
            pass  # the line was broken on purpose
        finally:
            self._tasks.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trouble = self.trouble()
        try:
            there = await asyncio.open_connection(*self.target())
        except BaseException as error:
            await _hang_up(writer)
            if isinstance(error, OSError):
                return  # nobody is there
            raise
        ways = [
            asyncio.ensure_future(self._one_way(reader, there[1], trouble, trouble.up)),
            asyncio.ensure_future(self._one_way(there[0], writer, trouble, trouble.down)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in ways:
                one.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, there[1]):
                await _hang_up(end)

    async def _one_way(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, trouble: Trouble, until: int | None
    ) -> None:
        carried = 0
        with suppress(OSError):
            while data := await reader.read(PIECE if until is None else max(1, min(PIECE, until - carried))):
                writer.write(data)
                await writer.drain()
                carried += len(data)
                if until is not None and carried >= until:
                    self.happened[trouble.kind] += 1
                    await self._happen(trouble.kind, reader, writer)
                    return

    async def _happen(self, kind: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if kind == "end":
            writer.write_eof()
            await asyncio.sleep(self.pause_s)
        elif kind == "stall":
            await asyncio.Event().wait()
        elif kind == "slow":
            for _ in range(_SLOW_PIECES):
                writer.write(await reader.read(PIECE // 32))
                await writer.drain()
                await asyncio.sleep(self.pause_s)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()
