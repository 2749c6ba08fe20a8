"""Running seeds."""

from __future__ import annotations

import asyncio

from tests.simulator.install import simulated
from tests.simulator.invariants import check
from tests.simulator.server import MemoryServer
from tests.simulator.trace import Trace, trace_of
from tests.simulator.world import Report, World


async def run_core(trace: Trace) -> World:
    """The trace on dictionaries, and all invariants. Inside `simulated`."""
    world = World(trace, MemoryServer())
    await world.run()
    picture = await check(world)
    world.report.forks = sum(head.forked for head in picture.logs.values())
    return world


def run_seed(seed: int, **how: object) -> Report:
    """One seed on dictionaries."""
    with simulated():
        return asyncio.run(run_core(trace_of(seed, **how))).report  # type: ignore[arg-type]
