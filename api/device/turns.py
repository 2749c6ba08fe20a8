"""Pushes, pulls and small files take turns: so many are worked on at once, so many bytes wait; who comes beyond that is
told when to return.

A push that is being read takes ten times its bytes, four megabytes for 400 entries, and a page of a feed a megabyte.
When a fleet comes back after an outage all of it arrives within seconds: without turns each of its pushes would be
read, and each of its feeds, before the first were done with.
A small file is held whole until it is on the disk: without turns the photos of two thousand tablets would be two
gigabytes. Those that wait are not read meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from typing import Final

from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

AT_ONCE: Final = 8
"""More than the connections of a database have to do at a time; the readers' threads are fewer."""
WAITING_BYTES: Final = 24 * 1024 * 1024
"""Of bodies as they came. A packed entry takes 200 bytes, so this is half a minute of work: a tablet waits longer."""
SMALL_FILES: Final = 128
"""At once, each of a mebibyte at most: more than of pushes, for a slow line holds its turn until its file is here."""
SMALL_WAITING_BYTES: Final = 64 * 1024 * 1024
SOONEST_S: Final = 2
LATEST_S: Final = 60
_SLOWLY: Final = 0.1


class Turns:
    """The turns of one process for one kind of request, in the order of arrival."""

    def __init__(self, at_once: int = AT_ONCE, waiting_bytes: int = WAITING_BYTES) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._most = waiting_bytes
        self._waiting = 0
        self._pace = 0.0  # seconds a byte
        self._ended: float | None = None

    @property
    def are_taken(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self._room.locked()

    @asynccontextmanager
    async def turn(self, size: int) -> AsyncIterator[None]:
        """The block is worked on when its turn has come. `size`: bytes that are held meanwhile; who holds none waits.

        Raises:
            Refused: `busy`: too many bytes wait already; `retry_after` is when those will have been worked on.
        """
        if self.are_taken and self._waiting + size > self._most:
            raise Refused(ProblemCode.BUSY, "api.busy", retry_after=self._wait())
        self._waiting += size
        try:
            await self._room.acquire()
        finally:
            self._waiting -= size
        try:
            yield
        finally:
            self._room.release()
            self._learn(size)

    def _wait(self) -> int:
        return min(LATEST_S, max(SOONEST_S, ceil(self._waiting * self._pace)))

    def _learn(self, size: int) -> None:
        """How long a byte took, of late, while others waited."""
        now = asyncio.get_running_loop().time()
        if self._waiting and self._ended is not None and size:
            self._pace += _SLOWLY * ((now - self._ended) / size - self._pace)
        self._ended = now


def small_file_turns() -> Turns:
    """The turns of files that come whole in one request: of 192 MiB at most, two thirds of it read."""
    return Turns(SMALL_FILES, SMALL_WAITING_BYTES)
