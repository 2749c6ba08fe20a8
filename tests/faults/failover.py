"""A PostgreSQL primary that dies, and its standby that takes over under the same address. Nobody tells the servers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from tests.faults.cluster import Cluster
from tests.faults.line import Line
from tests.faults.waiting import until
from tests.faults.world import World

LOST = 5
"""At least so many entries must be in the tail that an asynchronous standby never got."""


@dataclass
class Pair:
    """A primary, its standby, and the address that moves from one to the other."""

    primary: Cluster
    standby: Cluster
    line: Line

    async def take_over(self, world: World, *, behind: bool = False) -> int:
        """The primary is gone for ever; the standby becomes one, and the address is its own. How many acknowledged
        entries were lost by that, which may be some only if it was `behind`.
        """
        await asyncio.to_thread(self.standby.promote)
        world.installation.cluster = self.standby
        world.checker.database = self.standby.near
        lost = await world.note_went_back() if behind else 0
        self.line.target = lambda: ("127.0.0.1", self.standby.port)
        await world.installation.become_ready()
        return lost


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
    connection = await asyncpg.connect(primary.dsn)

    async def streams() -> bool:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"))

    try:
        await until(streams)
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
        await asyncio.to_thread(pair.standby.kill)
        before = set(world.ledger.entries)
        await until(lambda: len(world.ledger.entries.keys() - before) >= LOST)
        await fleet.progress(2, pulls=1)
        await asyncio.to_thread(pair.primary.kill)
        await asyncio.to_thread(pair.standby.start)
        lost = await pair.take_over(world, behind=True)
        await fleet.progress(2)
    await world.settle()
    return lost
