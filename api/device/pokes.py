"""Who listens for news of his feed: one look at the heads of all of them, for the whole process (sync.md §2.5)."""

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID
from weakref import WeakSet

import structlog

from api.commands import AnyRequest
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode
from sync.pull.heads import heads_of

MOST: Final = 2_000
"""Connections of one process. Whoever gets none pulls in his own time."""
LOOK_S: Final = 1.0
BEAT_S: Final = 20.0
LIFE_S: Final = 600.0

BEAT: Final = b": still here\n\n"

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")
_open: "WeakSet[Pokes]" = WeakSet()


@dataclass(eq=False, slots=True)
class _Listener:
    device: UUID
    head: int
    news: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False


class Pokes:
    """The listeners of one process. `close()` ends them all: a server that stops waits for nobody."""

    def __init__(
        self, *, most: int = MOST, look_s: float = LOOK_S, beat_s: float = BEAT_S, life_s: float = LIFE_S
    ) -> None:
        self._most = most
        self._look_s = look_s
        self._beat_s = beat_s
        self._life_s = life_s
        self._listeners: dict[UUID, _Listener] = {}
        self._looking: asyncio.Task[None] | None = None
        self._soon = asyncio.Event()
        self._closed = False
        _open.add(self)

    def __len__(self) -> int:
        return len(self._listeners)

    async def admit(self, device: UUID) -> AsyncIterator[bytes]:
        """The stream of a device's pokes, the first with the head as it stands. A newer one ends the one before.

        Raises:
            Refused: `busy`: too many listen already.
        """
        if device not in self._listeners and len(self._listeners) >= self._most:
            raise Refused(ProblemCode.BUSY, "api.busy")
        head = (await heads_of([device])).get(device, 0)
        return self._stream(_Listener(device, head))

    async def _stream(self, mine: _Listener) -> AsyncIterator[bytes]:
        self._join(mine)
        try:
            yield poke(mine.head)
            until = asyncio.get_running_loop().time() + self._life_s
            while not (mine.ended or self._closed):
                left = until - asyncio.get_running_loop().time()
                if left <= 0:
                    return
                try:
                    async with asyncio.timeout(min(self._beat_s, left)):
                        await mine.news.wait()
                except TimeoutError:
                    yield BEAT
                    continue
                mine.news.clear()
                if not (mine.ended or self._closed):
                    yield poke(mine.head)
        finally:
            if self._listeners.get(mine.device) is mine:
                del self._listeners[mine.device]

    def _join(self, mine: _Listener) -> None:
        before = self._listeners.get(mine.device)
        if before is not None:
            before.ended = True
            before.news.set()
        self._listeners[mine.device] = mine
        if self._looking is None or self._looking.done():
            # In a context of its own: it outlives the request that happens to be the first.
            self._looking = asyncio.get_running_loop().create_task(self._keep_looking(), context=Context())

    def soon(self) -> None:
        """Something was admitted in this process: look at once."""
        self._soon.set()

    async def look(self) -> None:
        """Wake those whose feed has moved: one statement for all of them."""
        heads = await heads_of(list(self._listeners))
        for device, head in heads.items():
            mine = self._listeners.get(device)
            if mine is not None and head > mine.head:
                mine.head = head
                mine.news.set()

    async def _keep_looking(self) -> None:
        while self._listeners and not self._closed:
            try:
                async with asyncio.timeout(self._look_s):
                    await self._soon.wait()
            except TimeoutError:
                pass
            self._soon.clear()
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 -- the database may be away for a while; nobody depends on a poke
                log.warning("no pokes for now", error=type(error).__name__)

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self._soon.set()
        for mine in self._listeners.values():
            mine.news.set()


def pokes_of(request: AnyRequest) -> Pokes:
    """Who listens in this process."""
    pokes: Pokes = request.app.state.pokes
    return pokes


def poke(head: int) -> bytes:
    """A poke as it is sent: the feed's newest number, and nothing else."""
    return f'event: feed\nid: {head}\ndata: {{"head":{head}}}\n\n'.encode()


def close_all() -> None:
    """End the streams of this process: the server is about to stop."""
    for pokes in list(_open):
        pokes.close()
