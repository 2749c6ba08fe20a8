"""Who does the background work: the handlers by job name, and the loop that runs them beside the server."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from inspection.kernel.clock import Clock
from inspection.kernel.entropy import Entropy
from inspection.kernel.journal import EventKind, install_projection
from inspection.kernel.journal.append import Projection
from inspection.kernel.work import Handler, Worker

HANDLERS: Final[Mapping[str, Handler]] = {}
"""Every job name of `inspection.kernel.work.routes`, and nothing else."""

PROJECTIONS: Final[Mapping[EventKind, tuple[Projection, ...]]] = {}
"""What runs inside the transaction that appends an event: how a room above hears of a change in the same commit."""


def install_projections() -> None:
    """Install every projection; once a process, before the first command."""
    for kind, projections in PROJECTIONS.items():
        for projection in projections:
            install_projection(kind, projection)


def make_worker(clock: Clock, entropy: Entropy) -> Worker:
    """A worker with every handler of the house."""
    return Worker(HANDLERS, clock, entropy)


@asynccontextmanager
async def working(clock: Clock, entropy: Entropy) -> AsyncIterator[None]:
    """Run the background work in this process until the block ends; the job at hand is finished first."""
    stop = asyncio.Event()
    loop = asyncio.create_task(make_worker(clock, entropy).run(stop), name="background work")
    try:
        yield
    finally:
        stop.set()
        await loop
