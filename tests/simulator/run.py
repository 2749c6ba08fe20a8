"""Running traces, and what two runs of one trace must agree in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from inspection.visits.reading import fold_visit, known_visit
from tests.simulator.install import simulated
from tests.simulator.invariants import check
from tests.simulator.server import MemoryServer, Server
from tests.simulator.trace import Trace, trace_of
from tests.simulator.world import Report, World


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trace comes to: the same on every server.

    `entries`: by hash, visit, verdict and reasons. `forks`: the logs that forked. `feeds`: by tablet, the topics that
    stand. `digests`: by visit, the state digest of its record.
    """

    entries: dict[str, tuple[UUID | None, str, tuple[str, ...]]]
    forks: frozenset[tuple[UUID, int]]
    feeds: dict[int, frozenset[str]]
    digests: dict[UUID, str]


async def run(trace: Trace, server: Server) -> tuple[World, Outcome]:
    """The trace with all invariants, and what it came to."""
    world = World(trace, server)
    await world.run()
    picture = await check(world)
    forks = frozenset(log for log, head in picture.logs.items() if head.forked)
    world.report.forks = len(forks)
    return world, Outcome(
        {one.hash: (one.visit, one.verdict, tuple(sorted(one.reasons))) for one in picture.entries.values()},
        forks,
        {tablet.number: frozenset(picture.feeds.get(tablet.device.id, {})) for tablet in world.tablets},
        {visit: (await fold_visit(await known_visit(visit))).digest for visit in sorted(world.known)},
    )


async def run_core(trace: Trace) -> World:
    """The trace on dictionaries. Inside `simulated`."""
    return (await run(trace, MemoryServer()))[0]


def core_outcome(trace: Trace) -> Outcome:
    """What a trace comes to on dictionaries."""
    with simulated():
        return asyncio.run(run(trace, MemoryServer()))[1]


def run_seed(seed: int, length: int = 60) -> Report:
    """One seed on dictionaries."""
    with simulated():
        return asyncio.run(run_core(trace_of(seed, length=length))).report
