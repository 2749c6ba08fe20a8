"""A PostgreSQL primary that dies, and its standby that takes over under the same address. Nobody tells the servers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.faults.cluster import Cluster
from tests.faults.line import Line
from tests.faults.store import look
from tests.faults.world import World

LOST = 5
"""At least so many entries must be in the tail that an asynchronous standby never got."""


@dataclass
class Pair:
    """A primary, its standby, and the address that moves from one to the other."""

    primary: Cluster
    standby: Cluster
    line: Line

    async def take_over(self, world: World) -> None:
        """The primary is gone for ever; the standby becomes one, and the address is its own."""
        await asyncio.to_thread(self.standby.promote)
        self.line.target = lambda: ("127.0.0.1", self.standby.port)
        world.installation.cluster = self.standby
        world.checker.database = self.standby.dsn
        await world.installation.become_ready()


@asynccontextmanager
async def standing_by(world: World, line: Line, *, synchronous: bool) -> AsyncIterator[Pair]:
    """A standby of the world's database that streams; with `synchronous` no commit returns before it is there too.

    The servers must have been told the address of `line`.
    """
    primary = world.installation.cluster
    assert primary is not None
    standby = Cluster(primary.folder.with_name("standby"))
    await asyncio.to_thread(standby.copy_of, primary)
    await asyncio.to_thread(standby.start)
    if synchronous:
        primary.tell(synchronous_standby_names="*")
        await _streams(primary)
    try:
        yield Pair(primary, standby, line)
    finally:
        standby.kill()


async def _streams(primary: Cluster) -> None:
    import asyncpg

    connection = await asyncpg.connect(primary.dsn)
    try:
        async with asyncio.timeout(30):
            while not await connection.fetchval("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"):
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def fail_over(world: World, pair: Pair) -> None:
    """Under load the primary dies at a random instant."""
    async with world.fleet as fleet:
        await fleet.progress(2)
        await asyncio.sleep(world.random.random() * 0.2)
        await asyncio.to_thread(pair.primary.kill)
        await pair.take_over(world)
        await fleet.progress()
        await world.check()
    await world.settle()


async def fail_over_behind(world: World, pair: Pair) -> int:
    """The standby hears nothing for a while, then the primary dies: acknowledged entries are lost to the store, and
    their tablets have to notice and offer them again. How many there were.
    """
    async with world.fleet as fleet:
        await fleet.progress(2)
        pair.standby.pause(on=True)
        before = set(world.ledger.entries)
        async with asyncio.timeout(60):
            while len(set(world.ledger.entries) - before) < LOST:
                await asyncio.sleep(0.01)
        await fleet.progress(2)
        await asyncio.to_thread(pair.primary.kill)
        pair.standby.pause(on=False)
        await pair.take_over(world)
        stood = await look(world.checker.database)
        lost = world.ledger.entries.keys() - stood.entries.keys()
        world.ledger.forget_refused(stood.letters)
        await fleet.progress(2)
    await world.settle()
    return len(lost)
