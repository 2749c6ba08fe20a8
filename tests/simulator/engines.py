"""Faults at the statements of the real engines, and copies of whole databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from api.schema import all_tables
from inspection.kernel.database import Engine
from inspection.kernel.postgres import PooledPostgresEngine, PooledTransaction
from inspection.kernel.sqlite import KeptConnection, KeptSQLiteEngine
from tests.simulator.memory import BEGIN, COMMIT, COMMITTED, Watch
from tests.support import postgres

_SPOKEN: Final = ("fetch", "execute", "executemany", "prepare", "copy_records_to_table")


@contextmanager
def watched(engine: Engine, watch: Watch | None) -> Iterator[None]:
    """Ask `watch` before every statement of this engine, before and after every COMMIT."""
    if watch is None:
        yield
        return
    with ExitStack() as undo:
        if isinstance(engine, KeptSQLiteEngine):
            _watch_sqlite(undo, engine, watch)
        else:
            _watch_postgres(undo, engine, watch)
        yield


def _watch_sqlite(undo: ExitStack, engine: KeptSQLiteEngine, watch: Watch) -> None:
    """All connections of this engine, those too that it opens meanwhile."""

    def asked(name: str) -> Callable[..., Any]:
        real = getattr(KeptConnection, name)

        async def ask(self: KeptConnection, sql: str, *args: Any) -> Any:
            if self is not engine.writer and self not in engine._readers:
                return await real(self, sql, *args)
            watch(BEGIN if sql.startswith(BEGIN) else sql)
            told = await real(self, sql, *args)
            if sql == COMMIT:
                watch(COMMITTED)
            return told

        return ask

    for name in ("fetch", "execute", "execute_many", "execute_values"):
        undo.enter_context(patch.object(KeptConnection, name, asked(name)))


class _Spoken:
    """A PostgreSQL connection that asks first."""

    def __init__(self, real: Any, watch: Watch) -> None:
        self._real = real
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in _SPOKEN:
            return found

        async def ask(*args: Any, **kwargs: Any) -> Any:
            self._watch(name)
            return await found(*args, **kwargs)

        return ask


def _watch_postgres(undo: ExitStack, engine: PooledPostgresEngine, watch: Watch) -> None:
    begin, commit, give_back = PooledTransaction.begin, PooledTransaction.commit, PooledTransaction._give_back
    outside = engine._run_in_pool

    async def asked_begin(self: Any) -> Any:
        watch(BEGIN)
        told = await begin(self)
        self.connection = _Spoken(self.connection, watch)
        return told

    async def asked_commit(self: Any) -> Any:
        watch(COMMIT)
        told = await commit(self)
        watch(COMMITTED)
        return told

    async def real_give_back(self: Any) -> Any:
        self.connection = getattr(self.connection, "_real", self.connection)
        return await give_back(self)

    async def asked_outside(*args: Any, **kwargs: Any) -> Any:
        watch("outside")
        return await outside(*args, **kwargs)

    undo.enter_context(patch.object(PooledTransaction, "begin", asked_begin))
    undo.enter_context(patch.object(PooledTransaction, "commit", asked_commit))
    undo.enter_context(patch.object(PooledTransaction, "_give_back", real_give_back))
    undo.enter_context(patch.object(engine, "_run_in_pool", asked_outside))


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _write(path: str, content: bytes) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    Path(path).write_bytes(content)


async def dump(engine: Engine) -> Any:
    """The whole database."""
    if isinstance(engine, KeptSQLiteEngine):
        await engine.writer.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
        return _read(engine.path)
    async with engine.started_pool.acquire() as connection:
        names = [table._meta.tablename for table in all_tables()]
        return {name: await connection.fetch(f'SELECT * FROM "{name}"') for name in names}


async def load(engine: Engine, content: Any) -> None:
    """Be what the database was. The engine of SQLite is closed by it: open a fresh one."""
    if isinstance(engine, KeptSQLiteEngine):
        await engine.close()
        _write(engine.path, content)
        return
    await postgres.empty(engine)
    async with engine.started_pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        for name, rows in content.items():
            if rows:
                await connection.copy_records_to_table(name, records=map(tuple, rows), columns=list(rows[0].keys()))
