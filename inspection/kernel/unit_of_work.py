"""One command, one transaction. The only place that opens transactions."""

import errno
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from itertools import count
from math import inf
from typing import Any, ParamSpec, TypeVar

from asyncpg.exceptions import (
    AdminShutdownError,
    CannotConnectNowError,
    CrashShutdownError,
    DiskFullError,
    InterfaceError,
    OutOfMemoryError,
    PostgresConnectionError,
    PostgresSystemError,
    ReadOnlySQLTransactionError,
)
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, stop_after_delay, wait_random_exponential

from inspection.kernel.commits import asks_for_repeat, no_way_back, one_course
from inspection.kernel.database import current_engine
from inspection.kernel.postgres import PooledPostgresEngine
from inspection.kernel.signals import Stretch, stretch

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 6
PATIENCE_S = 10.0
"""How long after its first beginning a course is begun anew: somebody waits for it."""


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[None]:
    """Commit at the end, roll back on every exception, cancellation and failed COMMIT included.

    Inside another unit it is a savepoint: what fails inside, and is caught outside, is undone alone. No task may be
    started in it that touches the database, and nothing that waits for a network belongs in it.
    """
    outer = current_engine().current_transaction.get()
    if outer is None:
        with stretch(Stretch.UNIT):
            async with current_engine().transaction():
                yield
        return
    savepoint = await outer.savepoint()
    try:
        yield
    except BaseException:
        await savepoint.rollback_to()  # type: ignore[no-untyped-call]
        raise
    await savepoint.release()  # type: ignore[no-untyped-call]


def inside_unit() -> bool:
    """Whether a unit of work is open in this task."""
    return current_engine().current_transaction.get() is not None


async def in_unit(work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in a unit of its own and run it again when the database asks for that (serialization conflict,
    deadlock, busy).

    `work` must be harmless to run twice up to its commit: it only writes to the database. Inside another unit the
    outer one decides about repeating, so there it runs once.
    """

    async def once() -> T:
        async with unit_of_work():
            return await work(*args, **kwargs)

    return await (once() if inside_unit() else _repeated(once))


async def in_unit_at_once(work: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """`in_unit` for work of very many statements that awaits nothing but the database.

    On SQLite all of it runs in the writer's thread: a statement costs microseconds, a hop to the thread and back many
    times that.
    """
    engine = current_engine()
    if inside_unit() or isinstance(engine, PooledPostgresEngine):
        return await in_unit(work, *args, **kwargs)
    write = engine.write_at_once

    async def once() -> T:
        with stretch(Stretch.UNIT):
            return await write(lambda: work(*args, **kwargs))

    return await _repeated(once)


async def read_at_once(work: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """`work`, which only reads and awaits nothing but the database: on SQLite all of it in a reader's thread, on
    PostgreSQL on one connection.
    """
    if inside_unit():
        return await work(*args, **kwargs)
    return await current_engine().read_at_once(lambda: work(*args, **kwargs))


async def course_of(work: Callable[[int], Awaitable[T]], may: Callable[[], bool]) -> T:
    """Run `work`, which opens units of its own, as one course, and begin it anew when the database asks for that,
    nothing of it is kept (`inspection.kernel.commits`) and `may` says that it can be.

    `work` is told how often it was begun before. What it does besides must be harmless to do twice.
    """
    begun = count()
    with one_course() as course:
        return await _tried(
            lambda: work(next(begun)),
            lambda error: asks_for_repeat(error) and course.may_return and may(),
            patience_s=PATIENCE_S,
        )


async def _repeated(once: Callable[[], Awaitable[T]]) -> T:
    try:
        return await _tried(once, asks_for_repeat)
    except BaseException as error:
        if asks_for_repeat(error):
            no_way_back()
        raise


async def _tried(
    once: Callable[[], Awaitable[T]], again: Callable[[BaseException], bool], *, patience_s: float = inf
) -> T:
    async for attempt in AsyncRetrying(
        retry=retry_if_exception(again),
        stop=stop_after_attempt(ATTEMPTS) | stop_after_delay(patience_s),
        wait=wait_random_exponential(multiplier=0.02, max=1),
        reraise=True,
    ):
        with attempt:
            return await once()
    raise AssertionError("unreachable: the last attempt either returns or raises")


def storage_is_full(error: BaseException) -> bool:
    """Whether it failed only for want of room, in the database or on the disk: nothing of it was kept, and it may
    succeed when there is room again.
    """
    if isinstance(error, DiskFullError | OutOfMemoryError):
        return True
    if isinstance(error, sqlite3.OperationalError):
        return "disk is full" in str(error)
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


_AWAY = (
    ConnectionError,
    TimeoutError,
    AdminShutdownError,
    CannotConnectNowError,
    CrashShutdownError,
    PostgresConnectionError,
    PostgresSystemError,  # its disk
    ReadOnlySQLTransactionError,  # a standby that is not yet what it stood by for
)
# None: several addresses were tried, and each failed in its own way.
_BROKEN = {errno.EIO, errno.EHOSTUNREACH, errno.ENETUNREACH, None}


def store_is_away(error: BaseException) -> bool:
    """Whether the database or its disk failed, whatever it was asked to do: that says nothing about the work, and the
    same may succeed when it is back. Nobody knows whether a COMMIT that ended so took place, so only what is harmless
    to run twice may be tried again.
    """
    if isinstance(error, sqlite3.OperationalError):
        return "disk I/O error" in str(error)
    if isinstance(error, InterfaceError):
        return "clos" in str(error)  # the connection, or the pool, was closed under the statement
    return isinstance(error, _AWAY) or (isinstance(error, OSError) and error.errno in _BROKEN)
