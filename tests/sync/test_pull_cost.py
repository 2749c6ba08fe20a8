"""What a pull costs: its own changes and nothing else (sync.md §3.3, §3.4, I21). Counted, never timed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from inspection.kernel.command import Role
from inspection.kernel.database import current_engine, speaks_postgres
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.client import Device
from mobile_contract.pull import InventoryRequest, PullAnswer
from sync.pull import feeds, inventory
from sync.pull import read_feed as pulling
from sync.pull import store as store_feeds
from sync.tables import FeedRow
from tests.support.statements import statements, writes
from tests.sync.world import NOW, World, note


async def pull(world: World, device: Device) -> pulling.Pulled:
    return await pulling.pull_json(world.cmd(Role.DEVICE), device_id=device.id, keys=world.keys, cursor=device.cursor)


async def catch_up(world: World, device: Device) -> None:
    """Pull until there is nothing, and confirm it."""
    for _ in range(3):
        page = await pulling.pull(world.cmd(Role.DEVICE), device_id=device.id, keys=world.keys, cursor=device.cursor)
        assert device.apply(page)


async def add_foreign_rows(device: UUID, first: int, last: int) -> None:
    """Topics of foreign visits in somebody else's feed, numbered so, written by the database itself."""
    if speaks_postgres():
        source, row_id = (
            f"generate_series({first}, {last}) AS n",
            "CAST('019a0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid)",
        )
    else:
        steps = f"WITH RECURSIVE c(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM c WHERE n < {last})"
        source, row_id = f"({steps} SELECT n FROM c)", "printf('019a0000-0000-7000-8000-%012x', n)"
    async with unit_of_work():
        if speaks_postgres():
            # The million rows are there to be counted, not to be checked one by one for their device.
            await FeedRow.raw("SET LOCAL session_replication_role = replica")
        await FeedRow.raw(
            "INSERT INTO feed_row (id, device, topic, seq, op, changed_at, vseq) "
            f"SELECT {row_id}, {{}}, 'entries:' || n, n, 'put', {{}}, 1 FROM {source}",
            device,
            NOW,
        )


@asynccontextmanager
async def work() -> AsyncIterator[list[int]]:
    """What the database does while the block runs: steps of SQLite's machine, or rows that PostgreSQL read."""
    counted = [0]
    if speaks_postgres():
        before = await _rows_read()
        yield counted
        counted[0] = await _rows_read() - before
        return

    def step() -> int:
        counted[0] += 1
        return 0

    engine: Any = current_engine()
    for connection in (engine.writer, *engine._readers):
        await connection._thread.run(partial(connection.raw.set_progress_handler, step, 1))
    yield counted
    for connection in (engine.writer, *engine._readers):
        await connection._thread.run(partial(connection.raw.set_progress_handler, None, 0))


async def _rows_read() -> int:
    """Rows of feeds and entries that PostgreSQL has read so far, by scans and through indexes."""
    async with unit_of_work():
        # What this connection did is told at once; the pool's others have told theirs when they fell idle.
        await FeedRow.raw("SELECT pg_stat_clear_snapshot()")
        rows = await FeedRow.raw(
            "SELECT CAST(COALESCE(SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0)), 0) AS bigint) AS n "
            "FROM pg_stat_xact_user_tables WHERE relname IN ('feed_row', 'feed_head', 'entry')"
        )
    return int(rows[0]["n"])


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


@asynccontextmanager
async def without_other_indexes() -> AsyncIterator[None]:
    """A million rows are written in seconds, with only those indexes of the feeds that a pull may use."""
    if speaks_postgres():
        kept = "indexdef NOT LIKE '%seq%' AND indexname NOT LIKE '%pkey'"
        sql = f"SELECT indexname AS name, indexdef AS text FROM pg_indexes WHERE tablename = 'feed_row' AND {kept}"
    else:
        kept = "type = 'index' AND sql IS NOT NULL AND sql NOT LIKE '%seq%'"
        sql = f"SELECT name, sql AS text FROM sqlite_master WHERE tbl_name = 'feed_row' AND {kept}"
    others = await FeedRow.raw(sql)
    assert others
    for one in others:
        await FeedRow.raw(f'DROP INDEX "{one["name"]}"')
    yield
    if speaks_postgres():  # the SQLite file is this test's own
        await FeedRow.raw("TRUNCATE feed_row")
        for one in others:
            await FeedRow.raw(one["text"])


async def cost_of_changes(world: World, tablet: Device) -> int:
    """What the database does for a pull of three new entries, and an idle one behind it."""
    async with unit_of_work(), work() as steps:
        pulled = await pull(world, tablet)
        page = PullAnswer.model_validate_json(pulled.json)
        who = {"device_id": tablet.id, "keys": world.keys}
        idle = await pulling.pull_json(world.cmd(Role.DEVICE), cursor=page.to, **who)
    assert [len(item.entries.entries) for item in page.items if item.entries] == [3]
    assert PullAnswer.model_validate_json(idle.json).items == ()
    return steps[0]


async def test_a_pull_costs_its_own_changes_however_many_foreign_visits_there_are(world: World, tablet: Device):
    partner, stranger = await world.tablet(1), await world.tablet(1)
    await catch_up(world, tablet)
    await world.push(partner, *[note(partner, world.visit, str(n)) for n in range(3)])
    async with without_other_indexes():
        await add_foreign_rows(stranger.id, 1_001, 2_000)
        few = await cost_of_changes(world, tablet)
        await add_foreign_rows(stranger.id, 2_001, 1_001_000)
        many = await cost_of_changes(world, tablet)
    # PostgreSQL reads a handful of rows more or less, as its plan is.
    assert 0 < many <= few * 1.05 + 20


async def test_an_idle_pull_writes_nothing_and_takes_at_most_six_statements(world: World, tablet: Device):
    await catch_up(world, tablet)
    with statements() as seen:
        pulled = await pull(world, tablet)
    assert (len(seen) + 1, writes(seen), pulled.confirms) == (4, [], None)  # and one that reads the token
    told = PullAnswer.model_validate_json(pulled.json)
    assert (told.items, told.more) == ((), False)
    assert len(pulled.json) <= 600  # of which the anchor is a half


async def test_two_hundred_changes_of_one_visit_leave_one_row(world: World, tablet: Device):
    before = await FeedRow.count().where(FeedRow.device == tablet.id)
    head = await store_feeds.feed_head(tablet.id)
    async with unit_of_work():
        for _ in range(200):
            await feeds.put([tablet.id], feeds.visit_topic(world.visit), NOW)
    assert await FeedRow.count().where(FeedRow.device == tablet.id) == before
    assert await store_feeds.feed_head(tablet.id) == head + 200


@pytest.mark.parametrize("audience", [1, 8])
async def test_telling_an_audience_takes_five_statements_however_many_they_are(world: World, audience: int):
    for number in range(audience):
        await world.tablet(number % 2)
    with statements() as seen:
        async with unit_of_work():
            await feeds.tell_entries(world.visit, 1, NOW)
    assert len(seen) <= 5


async def test_an_inventory_costs_the_logs_it_names(world: World, tablet: Device):
    counts = []
    for entries in (2, 60):
        await world.push(tablet, *[note(tablet, world.visit, str(n)) for n in range(entries)])
        with statements() as seen:
            request = InventoryRequest(heads=tuple(tablet.heads()))
            await inventory.compare_logs(world.cmd(), device_id=tablet.id, request=request)
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_a_first_pull_takes_as_many_statements_for_thirty_visits_as_for_three(world: World, tablet: Device):
    counts = []
    for more in (2, 27):
        async with unit_of_work():
            await feeds.change({await world.add_visit(): {tablet.id: None} for _ in range(more)}, NOW)
        with statements() as seen:
            page = await pulling.pull(world.cmd(Role.DEVICE), device_id=tablet.id, keys=world.keys, cursor=None)
        counts.append(len(seen))
        assert not page.more
    assert counts[0] == counts[1]
