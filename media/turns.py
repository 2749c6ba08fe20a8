"""One request at a time on one upload, and the newest wins: it asks the running one to stop and to keep what it has.

A tablet that lost its connection asks again while the server still waits on the dead one; without this it would be
told "busy" until the old TCP connection dies.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode

PATIENCE_S: Final = 2.0
"""How long a newcomer waits for the running request to keep what it has."""

READ_LIMIT_S: Final = 30.0
"""How long one read of a body may take: a dead mobile connection must not hold its upload for ever."""


class Interrupted(Exception):
    """The body ended early: connection lost, nothing came for too long, or a newer request took over."""


@dataclass(slots=True, eq=False)
class Turn:
    """The right to work on one upload. Its holder reads the body through it, so that a newcomer can stop that."""

    stopped: bool = False
    _read: asyncio.Timeout | None = None

    def stop(self) -> None:
        """Ask the holder to end its reading now."""
        self.stopped = True
        if self._read is not None and not self._read.expired():
            self._read.reschedule(asyncio.get_running_loop().time())

    async def read(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        """The next piece of the body; `None` at its end.

        Raises:
            Interrupted: there will be no more.
        """
        if self.stopped:
            raise Interrupted
        try:
            async with asyncio.timeout(READ_LIMIT_S) as self._read:
                return await anext(chunks, None)
        except TimeoutError as error:
            raise Interrupted from error
        finally:
            self._read = None


@dataclass(slots=True, eq=False)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    holder: Turn | None = None
    waiting: int = 0


class Turns:
    """The turns of all uploads in this process. Other processes are kept away by the file's lock (`staging.py`)."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience = patience_s
        self._queues: dict[UUID, _Queue] = {}

    @asynccontextmanager
    async def take(self, upload: UUID) -> AsyncIterator[Turn]:
        """Hold `upload` alone, after stopping whoever holds it now.

        Raises:
            Conflict: it did not become free in time (423); the same request may be repeated.
        """
        queue = self._queues.setdefault(upload, _Queue())
        queue.waiting += 1
        try:
            turn = await self._wait(queue)
            try:
                yield turn
            finally:
                queue.holder = None
                queue.lock.release()
        finally:
            queue.waiting -= 1
            if not queue.waiting:
                del self._queues[upload]

    async def _wait(self, queue: _Queue) -> Turn:
        if queue.holder is not None:
            queue.holder.stop()
        try:
            async with asyncio.timeout(self._patience):
                await queue.lock.acquire()
        except TimeoutError as error:
            raise busy() from error
        # Those who came later wait behind this one: let it keep what it has at once, too.
        queue.holder = Turn(stopped=queue.waiting > 1)
        return queue.holder


def busy() -> Conflict:
    """Another request works on this upload (423): every client may repeat."""
    return Conflict(ProblemCode.UPLOAD_BUSY, "media.busy")
