import asyncio
import fcntl
import sqlite3
import threading
from multiprocessing import get_context
from pathlib import Path

import pytest

from inspection.kernel.calendar.tables import CalendarYear
from inspection.kernel.database import open_engine, running
from inspection.kernel.one_writer import lock_file, only_writer


@pytest.fixture
async def engine(tmp_path):
    async with running(open_engine(f"sqlite:///{tmp_path}/x.sqlite3"), [CalendarYear]) as started:
        yield started


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30000)]
)
async def test_the_writer_is_durable_and_strict(engine, pragma, value) -> None:
    assert list((await engine.writer.fetch(f"PRAGMA {pragma}"))[0].values()) == [value]


async def test_readers_cannot_write(engine) -> None:
    await CalendarYear.create_table()
    assert await CalendarYear.count() == 0
    with pytest.raises(Exception, match="readonly"):
        await engine._readers[0].fetch("DELETE FROM calendar_year")


async def test_a_further_reader_is_opened_when_all_others_are_busy_and_no_more_than_there_may_be(engine) -> None:
    await CalendarYear.create_table()
    assert engine.load().most == 3
    for _ in range(3):
        assert await CalendarYear.count() == 0
    assert len(engine._readers) == 1
    begun, may_end = threading.Semaphore(0), threading.Event()
    held = []
    for _ in range(2):
        reader = await engine._free_reader()
        held.append(asyncio.create_task(reader._thread.run(lambda: begun.release() or may_end.wait())))
        await asyncio.to_thread(begun.acquire)
    assert [one.asked for one in engine._readers] == [1, 1]
    waiting = [asyncio.create_task(CalendarYear.count().run()) for _ in range(4)]
    await asyncio.sleep(0)
    assert [one.asked for one in engine._readers] == [3, 3]
    may_end.set()
    assert await asyncio.gather(*waiting) == [0, 0, 0, 0]
    assert await asyncio.gather(*held) == [True, True]


async def test_a_reader_that_cannot_be_opened_leaves_nothing_behind(engine, monkeypatch) -> None:
    await CalendarYear.create_table()
    with monkeypatch.context() as patch:
        patch.setattr(engine, "path", "/no/such/folder/x.sqlite3")
        with pytest.raises(sqlite3.OperationalError, match="unable to open"):
            await CalendarYear.count()
    assert engine._readers == []
    assert await CalendarYear.count() == 0


async def test_a_reader_that_has_no_thread_or_that_nobody_waits_for_leaves_nothing_behind(engine, monkeypatch) -> None:
    await CalendarYear.create_table()

    def refused(_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        with pytest.raises(RuntimeError, match="new thread"):
            await engine._free_reader()
    assert engine._readers == []
    with monkeypatch.context() as patch:
        patch.setattr(engine, "path", "/no/such/folder/x.sqlite3")
        opening = asyncio.create_task(engine._free_reader())
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
    assert engine._readers == []
    assert await CalendarYear.count() == 0


async def test_a_reader_sees_what_was_committed_before_it_asked(engine) -> None:
    await CalendarYear.create_table()
    for year in range(20):
        await engine.writer.fetch("INSERT INTO calendar_year VALUES (?, 'x', '2026-01-01')", [year])
        assert await CalendarYear.count() == year + 1


@pytest.mark.parametrize("url", ["mysql://x", "fieldcheck.sqlite3", "", "sqlite"])
def test_an_unknown_database_address_is_refused_instead_of_guessed(url) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL must begin with"):
        open_engine(url)


async def test_an_engine_that_only_reads_works_beside_the_one_that_writes_and_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    async with running(open_engine(url), [CalendarYear]):
        await CalendarYear.create_table()
        beside = open_engine(url, reads_only=True)
        async with running(beside, [CalendarYear]):
            async with beside.transaction():
                assert await CalendarYear.count() == 0
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                await CalendarYear.delete(force=True)


def test_a_helper_that_is_forked_does_not_keep_the_lock_of_the_process_it_came_from(tmp_path: Path) -> None:
    database, forked = tmp_path / "x.sqlite3", get_context("fork")
    began, ended = forked.Event(), forked.Event()

    def help_out() -> None:
        began.set()
        ended.wait()

    with only_writer(database):
        helper = forked.Process(target=help_out)
        helper.start()
        began.wait()
    with lock_file(database).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    ended.set()
    helper.join()
