"""PostgreSQL as we run it: always through the pool, and a transaction that gives its connection back whatever happens.

Piccolo's own transaction leaks the pooled connection when a COMMIT fails; after `max_size` of them the next query
hangs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar

from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from inspection.kernel.commits import keeping
from inspection.kernel.load import Load
from inspection.kernel.replica import Follower, Replica, end_leave
from inspection.kernel.task_guard import forbid_foreign_task

T = TypeVar("T")

ACQUIRE_TIMEOUT_S = 30

_reading: ContextVar[Any] = ContextVar("reading", default=None)
"""The connection that `read_at_once` keeps for its work."""


class PooledTransaction(PostgresTransaction):
    """One transaction on one pooled connection."""

    engine: "PooledPostgresEngine"
    owner: "asyncio.Task[Any] | None"

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        end_leave()
        self.connection = await self.engine.started_pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        try:
            self.transaction = self.connection.transaction()
            await self.begin()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._give_back()
            raise
        self.owner = asyncio.current_task()
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: object, exception: object, traceback: object) -> bool:
        if self._parent is not None:
            return exception is None
        try:
            if exception is not None:
                if not self._rolled_back and not self.connection.is_closed():
                    await self.rollback()  # type: ignore[no-untyped-call]
            elif not self._committed and not self._rolled_back:
                with keeping():
                    await self.commit()  # type: ignore[no-untyped-call]
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return exception is None

    async def _give_back(self) -> None:
        # The pool resets what it gets back, so an open transaction dies here at the latest.
        await asyncio.shield(self.engine.started_pool.release(self.connection))


class PooledPostgresEngine(PostgresEngine):
    """Piccolo's PostgreSQL engine that never runs without its pool. `start()` before use, `close()` after."""

    def __init__(self, dsn: str, *, pool_size: int = 8, pooler: bool = False, replica: Follower | None = None) -> None:
        """`pooler`: PgBouncer in transaction mode gives every transaction, and every statement outside of one, any of
        its connections: what was prepared by name on one of them is unknown to the next, or another client's.
        """
        self._pool_size = pool_size
        how = {"statement_cache_size": 0} if pooler else {}
        self.replica = None if replica is None else Replica(replica, pool_size=pool_size, reset=_as_it_is, **how)
        super().__init__(config={"dsn": dsn, **how})

    async def check_version(self) -> None:
        """Nothing at construction: the stock check opens a connection from a second event loop. `start()` connects."""

    async def start(self) -> None:
        """Open the pool on the running event loop."""
        await self.start_connection_pool(min_size=1, max_size=self._pool_size, reset=_as_it_is)
        if self.replica is not None:
            await self.replica.start(self.started_pool)

    async def close(self) -> None:
        """Close the pool, waiting for what is running."""
        if self.replica is not None:
            await self.replica.close()
        await self.close_connection_pool()

    @property
    def started_pool(self) -> Any:
        if self.pool is None:
            raise RuntimeError("the PostgreSQL engine is not started: await engine.start() first")
        return self.pool

    def load(self) -> Load:
        """What the pool has to do now."""
        pool = self.started_pool
        idle = pool.get_idle_size()
        # asyncpg tells how many connections there are, and not who waits for one: it keeps them in a queue.
        waiting = len(getattr(getattr(pool, "_queue", None), "_getters", ()))
        return Load(pool.get_size() - idle, idle, pool.get_max_size(), waiting)

    def transaction(self, allow_nested: bool = True) -> PooledTransaction:
        return PooledTransaction(engine=self, allow_nested=allow_nested)

    async def read_at_once(self, work: Callable[[], Awaitable[T]]) -> T:
        """`work`, which only reads and opens no transaction, all of it on one connection."""

        async def on(connection: Any) -> T:
            kept = _reading.set(connection)
            try:
                return await work()
            finally:
                _reading.reset(kept)

        async def here() -> T:
            async with self.started_pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
                return await on(connection)

        return await (self.replica.read(on, here) if self.replica is not None else here())

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        kept = _reading.get()
        if kept is not None:
            return await kept.fetch(query, *(args or ()))
        with keeping(query):
            if self.replica is None:
                return await super()._run_in_pool(query, args)
            return await self.replica.read(
                lambda connection: connection.fetch(query, *(args or ())), partial(super()._run_in_pool, query, args)
            )

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        forbid_foreign_task(self.current_transaction.get())
        if self.current_transaction.get() is None:
            _ = self.started_pool
        return await super().run_querystring(querystring, in_pool)

    @asynccontextmanager
    async def holding(self, number: int) -> AsyncIterator[bool]:
        """Whether the advisory lock `number` is this process's until the block ends: held by a transaction of its own,
        as nothing else outlives a statement behind a pooler.

        The transaction keeps no snapshot, which an index built meanwhile would wait for: a statement with values
        leaves a portal behind that has one, a plain statement takes it away.
        """
        async with self.started_pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                mine = bool(await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", number))
                await connection.execute("SELECT 1")
                yield mine
            finally:
                await transaction.rollback()

    async def run_alone(self, ddl: str) -> None:
        """A statement that PostgreSQL takes outside of transactions only."""
        async with self.started_pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            await connection.execute(ddl)

    async def ask(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
        """The rows of a statement, in the open transaction if there is one (`inspection.kernel.ask`)."""
        transaction = self.current_transaction.get()
        forbid_foreign_task(transaction)
        if transaction is not None:
            return list(map(dict, await transaction.connection.fetch(sql, *args)))
        return list(map(dict, await self._run_in_pool(sql, args)))


async def _as_it_is(connection: Any) -> None:
    """Nothing that we set outlives its transaction, and asyncpg itself rolls back what is open: the statement by which
    it resets a session besides would be a further way to the server for every one of ours.
    """
