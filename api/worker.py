"""Who does the background work: the handlers by job name, and the loop that runs them beside the server."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from inspection.kernel.clock import Clock
from inspection.kernel.entropy import Entropy
from inspection.kernel.work.worker import Handler, Worker
from inspection.publicity import jobs as publicity
from inspection.visits import jobs as visits
from media import derive
from sync import projections

HANDLERS: Final[Mapping[str, Handler]] = {
    derive.JOB: derive.DERIVE,
    "publicity.count_again": publicity.count_again,
    "publicity.open": publicity.open_for_visit,
    "visits.readmit": visits.readmit,
}
"""Every job name of `inspection.kernel.work.routes`, and nothing else."""


def install_projections() -> None:
    """Install what runs inside the transaction that appends an event: how a room above hears of it in the same commit.

    Once a process, before the first command; repeating it changes nothing.
    """
    projections.install()


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
