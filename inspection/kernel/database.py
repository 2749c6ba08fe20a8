"""Which database this process speaks to, and the binding of the tables to it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TypeAlias

from piccolo.table import Table

from inspection.kernel.postgres import PooledPostgresEngine
from inspection.kernel.replica import Follower
from inspection.kernel.sqlite import KeptSQLiteEngine

Engine: TypeAlias = KeptSQLiteEngine | PooledPostgresEngine

_bound: list[Engine] = []


def open_engine(
    url: str, *, pool_size: int = 8, reads_only: bool = False, pooler: bool = False, replica: Follower | None = None
) -> Engine:
    """The engine of `sqlite:///path/to/file` or `postgresql://…`. `reads_only`: beside the one process that writes to
    SQLite; `pooler`, `replica`: of PostgreSQL only.

    Raises:
        ValueError: for any other address; never a silent fall-back.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/"):
        if replica is not None:
            raise ValueError("FIELDCHECK_REPLICA_URL needs PostgreSQL: SQLite has no replica")
        path = rest.removeprefix("/") if not rest.startswith("//") else rest[1:]
        return KeptSQLiteEngine(path, reads_only=reads_only)
    if scheme in {"postgresql", "postgres"}:
        return PooledPostgresEngine(url, pool_size=pool_size, pooler=pooler, replica=replica)
    raise ValueError(f"DATABASE_URL must begin with sqlite:/// or postgresql://, not {scheme!r}://")


def bind(engine: Engine, tables: Iterable[type[Table]]) -> None:
    """Let every table speak to this engine. One process speaks to one database."""
    for table in tables:
        table._meta.db = engine
    _bound[:] = [engine]


def bound_engine() -> Engine | None:
    """The engine that the tables are bound to, if any."""
    return _bound[0] if _bound else None


def current_engine() -> Engine:
    """The engine that the tables are bound to.

    Raises:
        RuntimeError: before `bind`.
    """
    if not _bound:
        raise RuntimeError("no database is bound: call inspection.kernel.database.bind first")
    return _bound[0]


def speaks_postgres() -> bool:
    """Whether the bound engine is PostgreSQL; for the few statements that only one engine knows."""
    return current_engine().engine_type == "postgres"


@asynccontextmanager
async def running(engine: Engine, tables: Iterable[type[Table]]) -> AsyncIterator[Engine]:
    """Start the engine, bind the tables, and close it at the end."""
    await engine.start()
    bind(engine, tables)
    try:
        yield engine
    finally:
        await engine.close()
