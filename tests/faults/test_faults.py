"""One of each fault that is not a kill, under load: nothing that was acknowledged is lost, nothing stands still.

`make bench-faults` does each on both engines, longer, with more tablets.
"""

from collections.abc import Callable, Collection
from contextlib import ExitStack

import pytest

from tests.faults import clocks, failover, full_disk, restored, syncs
from tests.faults.broken_lines import broken_lines
from tests.faults.ledger import Ledger
from tests.faults.stem import Stem
from tests.faults.world import ENGINES, place, world

ROOM_MB = {"sqlite": 32, "postgres": 160}


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_full_disk_is_told_and_passes_by_itself(engine: str, stem: Stem) -> None:
    with ExitStack() as stack:
        disk = place(in_memory=True)
        stack.callback(disk.rmdir)
        mounted = stack.enter_context(full_disk.small_disk(disk, ROOM_MB[engine]))
        where = {"data": disk / "own", "cluster_at": disk / "postgres"}
        async with world(engine, stem, seed="full", teams=1, **where) as there:
            await full_disk.run_out_of_room(there, disk, mounted=mounted)
            answers = there.ledger.answers
    assert {kind for kind in answers if kind >= "500"} <= full_disk.FORESEEN, answers


async def test_lines_that_break_dawdle_and_stand_still_lose_nothing(stem: Stem) -> None:
    async with world("sqlite", stem, seed="line", timeout=1.0) as there, broken_lines(there, at_least=3):
        await there.settle()


async def test_a_server_whose_clock_jumps_takes_everything_and_judges_by_no_clock(stem: Stem) -> None:
    async with world("sqlite", stem, seed="clock", teams=1) as there:
        await clocks.jumping(there, restarts=(True, False, True))


@pytest.mark.parametrize(
    ("where", "promises"),
    [("fieldcheck.sqlite3", lambda ledger: ledger.receipts), ("/media/", lambda ledger: ledger.files)],
    ids=["entries", "files"],
)
async def test_nothing_is_acknowledged_while_no_sync_succeeds(
    where: str, promises: Callable[[Ledger], Collection[object]], stem: Stem
) -> None:
    async with world("sqlite", stem, seed="syncs", teams=1) as there:
        await syncs.nothing_is_acknowledged(there, where, promises)
        answers = there.ledger.answers
    assert {kind for kind in answers if kind >= "500"} <= syncs.FORESEEN, answers


@pytest.mark.parametrize(
    ("engine", "where", "count"),
    [("sqlite", "/media/", 6), ("postgres", "pg_wal", 1)],
    ids=["files", "PostgreSQL's log"],
)
async def test_what_a_failed_sync_left_in_doubt_is_not_acknowledged_later(
    engine: str, where: str, count: int, stem: Stem
) -> None:
    async with world(engine, stem, seed=f"in doubt {where}", teams=1) as there:
        await syncs.some_fail(there, where, first=3, count=count)


async def test_after_a_backup_was_brought_back_everything_is_offered_again(stem: Stem) -> None:
    async with world("sqlite", stem, seed="brought back", teams=1) as there:
        lost = await restored.brought_back_under_load(there)
        assert await there.histories() == 2
    assert lost


async def test_a_machine_that_is_put_back_gets_everything_again(stem: Stem) -> None:
    async with world("postgres", stem, seed="put back", teams=1) as there:
        lost = await restored.put_back_under_load(there)
        assert await there.histories() == 2
    assert lost


@pytest.mark.parametrize("synchronous", [True, False], ids=["synchronous", "asynchronous"])
async def test_a_standby_takes_over(synchronous: bool, stem: Stem) -> None:
    async with world("postgres", stem, seed="failover", teams=1, moving=True) as there:
        assert there.line is not None
        async with failover.standing_by(there, there.line, synchronous=synchronous) as pair:
            if synchronous:
                await failover.fail_over(there, pair)
                assert await there.histories() == 1
            else:
                assert await failover.fail_over_behind(there, pair) >= failover.LOST
                assert await there.histories() == 2
