"""Cases 68 and 70 of the catalogue (sync.md §4): a full disk at any statement, and a COMMIT nobody knows the end of."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asyncpg import Connection
from asyncpg.exceptions import ConnectionDoesNotExistError, DiskFullError, SerializationError

from inspection.kernel.database import Engine, speaks_postgres
from inspection.kernel.postgres import PooledTransaction
from inspection.kernel.sqlite import KeptConnection, KeptTransaction
from inspection.kernel.unit_of_work import storage_is_full, unit_of_work
from inspection.visits.tables import Entry
from mobile_contract.client import Device
from mobile_contract.push import PushAnswer, Reason, Verdict
from sync.tables import DeadLetter, IssuedReceipt, LogPending
from tests.sync.world import World, note

Hook = Callable[[str], None]


def full() -> Exception:
    """What the engine says when there is no room."""
    return (
        DiskFullError("no space left on device")
        if speaks_postgres()
        else sqlite3.OperationalError("database or disk is full")
    )


@contextmanager
def watched(db: Engine, hook: Hook, after_commit: Hook = lambda _: None) -> Iterator[None]:
    """Ask `hook` before every statement of a transaction and before its COMMIT; `after_commit` behind it."""
    patch = pytest.MonkeyPatch()
    kind: Any = PooledTransaction if speaks_postgres() else KeptTransaction
    commit = kind.commit

    async def committing(self: Any) -> None:
        hook("COMMIT")
        await commit(self)
        after_commit("COMMIT")

    patch.setattr(kind, "commit", committing)
    if speaks_postgres():
        _watch_postgres(db, hook, patch)
    else:
        _watch_sqlite(db, hook, patch)
    try:
        yield
    finally:
        patch.undo()


def _watch_sqlite(db: Any, hook: Hook, patch: pytest.MonkeyPatch) -> None:
    for name in ("fetch", "execute_values", "execute_many"):
        original = getattr(KeptConnection, name)

        async def asked(self: Any, sql: str, *args: Any, original: Any = original) -> Any:
            if self is db.writer and self.raw.in_transaction:
                hook(sql)
            return await original(self, sql, *args)

        patch.setattr(KeptConnection, name, asked)


def _watch_postgres(db: Any, hook: Hook, patch: pytest.MonkeyPatch) -> None:
    for name in ("fetch", "execute", "executemany", "copy_records_to_table"):
        original = getattr(Connection, name)

        async def asked(self: Any, sql: str, *args: Any, original: Any = original, **how: Any) -> Any:
            if self.is_in_transaction() and not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
                hook(sql)
            return await original(self, sql, *args, **how)

        patch.setattr(Connection, name, asked)


class Filling:
    """The disk is full from statement `at` (counted from 0) on, for everything that writes, until it is emptied."""

    def __init__(self, at: int) -> None:
        self._at, self.seen, self.struck = at, 0, False

    def __call__(self, sql: str) -> None:
        self.seen += 1
        if self.seen > self._at and (sql == "COMMIT" or not sql.lstrip().upper().startswith("SELECT")):
            self.struck = True
            raise full()


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def nothing_is_left_behind(db: Any) -> None:
    """No lock, no transaction, no connection of the pool."""
    assert db.current_transaction.get() is None
    if speaks_postgres():
        pool = db.started_pool
        assert pool.get_size() - pool.get_idle_size() == 0
    else:
        assert not db.writer_lock.locked()
        assert not db.writer.raw.in_transaction
    async with asyncio.timeout(20), unit_of_work():
        pass


async def pushed(world: World, tablet: Device, *entries: Any) -> PushAnswer | None:
    """The answer; None when the whole request failed, which the edge answers with 507."""
    try:
        return await world.push(tablet, *entries)
    except (sqlite3.OperationalError, DiskFullError) as error:
        if not storage_is_full(error):
            raise
        return None


async def rows() -> tuple[int, int, int]:
    return (await Entry.count(), await IssuedReceipt.count(), await LogPending.count())


async def test_case_68_a_disk_that_is_full_at_any_statement_or_commit_is_told_as_later_and_leaves_nothing_behind(
    world: World, tablet: Device, db: Engine
) -> None:
    other = await world.add_visit()
    before = await rows()
    at, struck = 0, True
    while struck:
        filling = Filling(at)
        batch = [note(tablet, world.visit, f"{at} a"), note(tablet, other, f"{at} b")]
        with watched(db, filling):
            answer = await pushed(world, tablet, *batch, b"{broken %d" % at)
        struck = filling.struck
        if struck:
            told = answer.verdicts[:2] if answer else ()
            assert {(one.verdict, one.reasons) for one in told} <= {(Verdict.LATER, (Reason.STORAGE,))}
            assert await rows() == before
            await nothing_is_left_behind(db)
            # There is room again: the service goes on by itself.
            answer = await world.push(tablet, *batch)
        assert answer is not None
        assert {one.verdict for one in answer.verdicts[:2]} == {Verdict.ACCEPTED}
        assert {one.hash for one in answer.verdicts[:2]} == {entry.hash for entry in batch}
        before = await rows()
        at += 3 if at else 1
    assert at > 20


async def test_case_70_a_commit_whose_end_nobody_knows_is_run_again_and_changes_nothing(
    world: World, tablet: Device, db: Engine
) -> None:
    batch = [note(tablet, world.visit, str(n)) for n in range(5)]
    unknown: list[str] = []

    def ambiguous(sql: str) -> None:
        # It was committed, and the answer to it was lost: 40003, or a connection that broke.
        if not unknown:
            unknown.append(sql)
            raise (
                SerializationError("statement completion unknown")
                if speaks_postgres()
                else sqlite3.OperationalError("database is locked")
            )

    with watched(db, lambda _: None, ambiguous):
        answer = await world.push(tablet, *batch)
    assert unknown == ["COMMIT"]
    assert {one.verdict for one in answer.verdicts} == {Verdict.DUPLICATE}
    assert [one.vseq for one in answer.verdicts] == [1, 2, 3, 4, 5]
    assert (await Entry.count(), await LogPending.count()) == (5, 1)
    await nothing_is_left_behind(db)
    again = await world.push(tablet, *batch)
    assert [(one.verdict, one.vseq) for one in again.verdicts] == [(Verdict.DUPLICATE, n) for n in range(1, 6)]


async def test_entries_that_met_a_database_which_was_away_for_a_moment_are_no_dead_letters(
    world: World, tablet: Device, db: Engine
) -> None:
    left = 3

    def away(_: str) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise (
                ConnectionDoesNotExistError("gone") if speaks_postgres() else sqlite3.OperationalError("disk I/O error")
            )

    batch = [note(tablet, world.visit, "a"), note(tablet, world.visit, "b")]
    before = await rows()
    with watched(db, away), pytest.raises((ConnectionDoesNotExistError, sqlite3.OperationalError)):
        await world.push(tablet, *batch)
    assert left == 2, "it was asked again and again, for each entry"
    assert await rows() == before
    assert await DeadLetter.count() == 0
    await nothing_is_left_behind(db)
    answer = await world.push(tablet, *batch)
    assert {one.verdict for one in answer.verdicts} == {Verdict.ACCEPTED}
