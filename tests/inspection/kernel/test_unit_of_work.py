"""What Piccolo's own transactions lose, and ours do not (sync.md §5, stack.md P4–P7)."""

import asyncio
import errno
import sqlite3
from datetime import UTC, datetime

import pytest
from asyncpg import exceptions
from asyncpg.exceptions import SerializationError
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine

from inspection.kernel.calendar.tables import CalendarYear
from inspection.kernel.unit_of_work import in_unit, storage_is_full, store_is_away, unit_of_work

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DEFERRED = (
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER "
    "REFERENCES calendar_year (year) DEFERRABLE INITIALLY DEFERRED)"
)


async def add_year(year: int) -> None:
    await CalendarYear(year=year, source="test", imported_at=NOW).save()


async def years() -> list[int]:
    return [row["year"] for row in await CalendarYear.select(CalendarYear.year).order_by(CalendarYear.year)]


async def test_everything_is_undone_when_anything_fails(db) -> None:
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work():
            await add_year(2001)
            raise ZeroDivisionError
    assert await years() == []


async def test_a_nested_unit_is_a_savepoint(db) -> None:
    async with unit_of_work():
        await add_year(2001)
        with pytest.raises(ZeroDivisionError):
            async with unit_of_work():
                await add_year(2002)
                raise ZeroDivisionError
        async with unit_of_work():
            await add_year(2003)
    assert await years() == [2001, 2003]


async def test_a_stock_nested_transaction_keeps_what_failed(tmp_path) -> None:
    stock = SQLiteEngine(path=str(tmp_path / "stock.sqlite"))
    CalendarYear._meta.db = stock
    await CalendarYear.create_table()
    async with stock.transaction():
        try:
            async with stock.transaction():
                await add_year(2002)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert await years() == [2002]


@pytest.fixture
async def deferred(db):
    await db.run_ddl(DEFERRED)
    yield db
    await db.run_ddl("DROP TABLE child")


async def fail_at_commit(db) -> None:
    async with unit_of_work():
        await db.run_ddl("INSERT INTO child VALUES (1, 1900)")


async def test_a_failed_commit_gives_lock_and_connection_back(deferred) -> None:
    for _ in range(10):  # more than the pool holds
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            await fail_at_commit(deferred)
    assert deferred.current_transaction.get() is None
    async with asyncio.timeout(100), unit_of_work():
        await add_year(2004)
    assert await years() == [2004]


async def test_a_stock_failed_commit_leaves_the_sqlite_lock_behind(tmp_path) -> None:
    stock = SQLiteEngine(path=str(tmp_path / "stock.sqlite"), timeout=0.1)
    CalendarYear._meta.db = stock
    await CalendarYear.create_table()
    await stock.run_ddl(DEFERRED)
    transaction = stock.transaction()
    with pytest.raises(sqlite3.IntegrityError):
        async with transaction:
            await stock.run_ddl("INSERT INTO child VALUES (1, 1900)")
    assert stock.current_transaction.get() is transaction
    stock.current_transaction.set(None)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await add_year(2005)
    await transaction.connection.close()


async def test_a_stock_failed_commit_leaks_the_pooled_connection(postgres_dsn) -> None:
    stock = PostgresEngine(config={"dsn": postgres_dsn})
    await stock.start_connection_pool(min_size=1, max_size=1)
    await stock.run_ddl(DEFERRED)
    transaction = stock.transaction()
    with pytest.raises(Exception, match="foreign key"):
        async with transaction:
            await stock.run_ddl("INSERT INTO child VALUES (1, 1900)")
    assert stock.current_transaction.get() is transaction
    stock.current_transaction.set(None)
    assert stock.pool.get_idle_size() == 0
    with pytest.raises(TimeoutError):
        await stock.pool.acquire(timeout=0.05)
    await stock.pool.release(transaction.connection)
    await stock.run_ddl("DROP TABLE child")
    await stock.close_connection_pool()


async def test_a_cancelled_unit_is_undone_and_the_next_one_works(db) -> None:
    started = asyncio.Event()

    async def slow() -> None:
        async with unit_of_work():
            await add_year(2001)
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with unit_of_work():
        await add_year(2002)
    assert await years() == [2002]


async def test_units_cancelled_at_random_points_never_commit_a_half(db) -> None:
    async def pair(n: int) -> None:
        async with unit_of_work():
            await add_year(n)
            await asyncio.sleep(0)
            await add_year(n + 1000)

    tasks = [asyncio.create_task(pair(n)) for n in range(40)]
    for n, task in enumerate(tasks):
        for _ in range(n % 7):
            await asyncio.sleep(0)
        if n % 2:
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    found = set(await years())
    assert {n for n in found if n < 1000} == {n - 1000 for n in found if n >= 1000}
    async with asyncio.timeout(100), unit_of_work():
        await add_year(5000)


async def test_a_task_started_inside_a_unit_is_refused(db) -> None:
    async with unit_of_work():
        with pytest.raises(RuntimeError, match="another task"):
            await asyncio.create_task(years())


async def test_a_serialization_conflict_is_tried_again(db) -> None:
    calls = []

    async def work() -> str:
        calls.append(1)
        await add_year(2000 + len(calls))
        if len(calls) < 3:
            raise SerializationError("could not serialize access")
        return "done"

    assert await in_unit(work) == "done"
    assert await years() == [2003]


async def test_any_other_error_is_not_tried_again(db) -> None:
    calls = []

    async def work() -> None:
        calls.append(1)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await in_unit(work)
    assert calls == [1]


async def test_many_writers_read_then_write_without_a_lost_update(db) -> None:
    """Stock DEFERRED transactions lose 462 of 480 here to "database is locked"."""
    await add_year(2000)

    async def bump() -> None:
        await CalendarYear.raw(
            "SELECT year FROM calendar_year WHERE source <> 'x'"
            + (" FOR UPDATE" if db.engine_type == "postgres" else "")
        )
        rows = await CalendarYear.select(CalendarYear.source).first()
        count = int(rows["source"]) if rows["source"].isdigit() else 0
        await CalendarYear.update({CalendarYear.source: str(count + 1)}, force=True)

    await asyncio.gather(*(in_unit(bump) for _ in range(30)))
    assert (await CalendarYear.select(CalendarYear.source).first())["source"] == "30"


def test_a_database_without_room_is_known_by_its_error_and_no_other_is() -> None:
    small = sqlite3.connect(":memory:")
    small.execute("PRAGMA max_page_count = 2")
    small.execute("CREATE TABLE one (x)")
    with pytest.raises(sqlite3.OperationalError) as full:
        small.execute("CREATE TABLE two (x)")
    with pytest.raises(sqlite3.OperationalError) as wrong:
        small.execute("SELECT full FROM one")
    small.close()
    assert storage_is_full(full.value)
    assert storage_is_full(OSError(errno.ENOSPC, "no space"))
    assert not storage_is_full(wrong.value)
    assert not storage_is_full(OSError(errno.EIO, "broken"))


def test_a_database_that_is_away_is_known_by_its_error_and_no_other_is() -> None:
    away = (
        ConnectionRefusedError(errno.ECONNREFUSED, "refused"),
        OSError("Multiple exceptions: …"),
        OSError(errno.EIO, "broken"),
        TimeoutError(),
        exceptions.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        exceptions.CannotConnectNowError("the database system is starting up"),
        exceptions.PostgresIOError("could not fsync"),
        exceptions.ReadOnlySQLTransactionError("cannot execute INSERT in a read-only transaction"),
        exceptions.InterfaceError("cannot perform operation: connection is closed"),
        sqlite3.OperationalError("disk I/O error"),
    )
    assert [error for error in away if not store_is_away(error)] == []
    own = (
        exceptions.DataError("invalid input for query argument $1"),
        exceptions.InterfaceError("cannot perform operation: another operation is in progress"),
        exceptions.UniqueViolationError("duplicate key"),
        exceptions.QueryCanceledError("canceling statement due to statement timeout"),
        sqlite3.OperationalError("no such column"),
        sqlite3.IntegrityError("UNIQUE constraint failed"),
        FileNotFoundError(errno.ENOENT, "not there"),
        ValueError("something else"),
    )
    assert [error for error in own if store_is_away(error)] == []
