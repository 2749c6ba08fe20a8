"""Whether a process is more than alive: its event loop moves a byte, and its parent looks whether that moves."""

import asyncio
import mmap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

BEAT_S: Final = 1.0


class Pulse:
    """A byte that a process shares with the parent that forks it; made before the fork."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 1)
        self._seen = 0
        self.still = 0
        """How many looks in a row found it where it was."""

    def beat(self) -> None:
        """The process is there."""
        self._shared[0] = (self._shared[0] + 1) % 256

    def look(self) -> None:
        """Look whether it was there since the last look."""
        now = self._shared[0]
        self.still = self.still + 1 if now == self._seen else 0
        self._seen = now


@asynccontextmanager
async def beating(pulse: Pulse) -> AsyncIterator[None]:
    """Let this process's event loop beat for as long as it turns, until the block ends."""
    task = asyncio.create_task(_beat(pulse), name="pulse")
    try:
        yield
    finally:
        task.cancel()


async def _beat(pulse: Pulse) -> None:
    while True:
        pulse.beat()
        await asyncio.sleep(BEAT_S)
