"""Running traces, and what two runs of one trace must agree in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from tests.simulator.install import simulated
from tests.simulator.invariants import Checked, check
from tests.simulator.server import MemoryServer, Server
from tests.simulator.trace import Trace, trace_of
from tests.simulator.world import Report, World

T = TypeVar("T")


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


def finish(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`, without its handler of signals: putting that back prints the whole world each time."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


async def run(trace: Trace, server: Server) -> tuple[World, Outcome]:
    """The trace with all invariants, and what it came to."""
    world, checked = await _run(trace, server)
    picture = checked.picture
    return world, Outcome(
        {one.hash: (one.visit, one.verdict, tuple(sorted(one.reasons))) for one in picture.entries.values()},
        checked.forks,
        {tablet.number: frozenset(picture.feeds.get(tablet.id, {})) for tablet in world.tablets},
        {visit: folded.digest for visit, folded in checked.folds.items()},
    )


async def _run(trace: Trace, server: Server) -> tuple[World, Checked]:
    world = World(trace, server)
    await world.run()
    checked = await check(world)
    world.report.forks = len(checked.forks)
    return world, checked


async def run_core(trace: Trace) -> World:
    """The trace on dictionaries. Inside `simulated`."""
    return (await _run(trace, MemoryServer()))[0]


def core_outcome(trace: Trace) -> Outcome:
    """What a trace comes to on dictionaries."""
    with simulated():
        return finish(run(trace, MemoryServer()))[1]


def run_seed(seed: int, length: int = 60) -> Report:
    """One seed on dictionaries."""
    with simulated():
        return finish(run_core(trace_of(seed, length=length))).report
