"""A push dies at every one of its awaits in turn, on both engines: whatever was told holds, and nothing is lost."""

import asyncio
from collections.abc import Generator
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from inspection.kernel.database import current_engine
from mobile_contract.client.state import Custody
from tests.simulator.served import ServedServer
from tests.simulator.trace import Rates, trace_of
from tests.simulator.world import World
from tests.simulator.writing import write

MOST_AWAITS = 400
STRIDES = {"sqlite": 1, "postgres": 19}
"""Every so many awaits of a push: on SQLite it has few, because a unit of work is one."""


class Suspended:
    """Runs a coroutine as a process would that dies at its `last`-th suspension: nothing of it runs any more."""

    def __init__(self, work: Any, last: int) -> None:
        self._work = work
        self._left = last
        self.died = False

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self._work.__await__()
        sent = None
        while True:
            try:
                waits_for = inner.send(sent)
            except StopIteration as end:
                return end.value
            sent = yield waits_for
            self._left -= 1
            if self._left <= 0:
                self.died = True
                return None


async def _die_at(server: ServedServer, world: World, body: bytes, last: int) -> bool:
    """Push with the first tablet and die there; whether the push was still under way."""
    async with world.session(world.tablets[0]) as session:
        headers = {"Content-Type": "application/x-ndjson"}
        request = session._http.request("POST", "/v1/sync/push", content=body, headers=headers, auth=session._auth)
        dying = Suspended(request, last)
        task = asyncio.ensure_future(_awaited(dying))
        await task
    if dying.died:
        await _end_of_the_process(server, dying)
    return dying.died


async def _awaited(dying: Suspended) -> Any:
    return await dying


async def _end_of_the_process(server: ServedServer, dying: Suspended) -> None:
    """Connections break, and with them every open transaction; then a fresh process opens the same database."""
    engine = current_engine()
    if engine.engine_type == "postgres":
        engine.started_pool.terminate()
        engine.pool = None
    else:
        await engine.writer.roll_back()
    with suppress(Exception):  # what it would still have done is done by nobody
        dying._work.close()
    await server.come_back()


# What the dead process held is found by the collector, which complains that nobody closed it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("first", [1])
async def test_a_push_that_dies_at_any_await_told_no_lie_and_lost_nothing(first: int, served: ServedServer):
    world = World(trace_of(3, length=0, rates=Rates(0, 0, 0, 0, 0, 0, 0, 0, 0)), served)
    await world.found()
    tablet, random = world.tablets[0], Random(1)
    last, died = first, 0
    while True:
        write(world, tablet, random)
        body = "".join(f"{entry.line}\n" for entry in tablet.device.outbox()[-2:]).encode()
        if not await _die_at(served, world, body, last):
            break
        last, died = last + STRIDES[current_engine().engine_type], died + 1
        assert last < MOST_AWAITS
    assert died >= 2
    await world.heal()
    stored = (await served.look()).entries
    assert {entry.hash for entry in tablet.store.entries()} <= stored.keys()
    assert not tablet.store.entries(Custody.OWN)
    numbers = sorted(one.vseq for one in stored.values() if one.visit == min(world.known) and one.vseq)
    assert numbers == list(range(1, len(numbers) + 1))
