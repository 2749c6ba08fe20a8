"""A database as it is at one instant: dumped into a file, and asked what stands in it. Readers and writers go on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import asyncpg

from inspection.kernel.backup import postgres_tools
from inspection.kernel.backup.copies import Listed

SQLITE_FILE: Final = "fieldcheck.sqlite3"
POSTGRES_FILE: Final = "fieldcheck.pgdump"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a database says of itself. `migrations`: `app/id`, in their order; `tree_root` is hex."""

    migrations: tuple[str, ...]
    history: str | None
    history_number: int
    tree_size: int
    tree_root: str | None
    newest_line: str | None


class Snapshot(Protocol):
    """One instant of a database, which is dumped already."""

    @property
    def engine(self) -> Literal["sqlite", "postgres"]:
        """Which of the two it is."""

    @property
    def name(self) -> str:
        """The file of a backup that holds its dump."""

    @property
    def server(self) -> str:
        """The database and its version."""

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a question without parameters."""


@dataclass(frozen=True, slots=True)
class _Sqlite:
    path: Path
    server: str
    engine: Literal["sqlite", "postgres"] = "sqlite"
    name: str = SQLITE_FILE

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        return await asyncio.to_thread(read_sqlite, self.path, sql)


@dataclass(frozen=True, slots=True)
class _Postgres:
    connection: "asyncpg.Connection[Any]"
    server: str
    engine: Literal["sqlite", "postgres"] = "postgres"
    name: str = POSTGRES_FILE

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.connection.fetch(sql)]


@asynccontextmanager
async def sqlite_snapshot(source: Path, folder: Path) -> AsyncIterator[Snapshot]:
    """The file `source`, copied into `folder`.

    Raises:
        sqlite3.Error: it could not be read or written, or the copy is damaged.
    """
    copy = folder / SQLITE_FILE
    await asyncio.to_thread(copy_sqlite, source, copy)
    yield _Sqlite(copy, f"SQLite {sqlite3.sqlite_version}")


@asynccontextmanager
async def postgres_snapshot(url: str, folder: Path, programs: Path | None) -> AsyncIterator[Snapshot]:
    """The database at `url`, dumped into `folder`; what is asked and what is dumped are of one instant.

    Raises:
        Refused: `kernel.pg_tool_missing`, `kernel.pg_tool_old`.
        Conflict: `kernel.pg_tool_failed`.
    """
    connection = await asyncpg.connect(url)
    try:
        version = connection.get_server_version()
        program = await postgres_tools.tool("pg_dump", programs, version.major)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            exported = await connection.fetchval("SELECT pg_export_snapshot()")
            await postgres_tools.dump(program, url, exported, folder / POSTGRES_FILE)
            await asyncio.to_thread((folder / POSTGRES_FILE).chmod, 0o600)
            yield _Postgres(connection, f"PostgreSQL {version.major}.{version.minor}")
    finally:
        await connection.close()


def opened_sqlite(path: Path) -> Snapshot:
    """A SQLite file that nobody changes meanwhile, as it lies there."""
    return _Sqlite(path, f"SQLite {sqlite3.sqlite_version}")


@asynccontextmanager
async def opened_postgres(url: str) -> AsyncIterator[Snapshot]:
    """The database at `url`, not dumped."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield _Postgres(connection, "PostgreSQL")
    finally:
        await connection.close()


async def standing(snapshot: Snapshot) -> Standing:
    """The schema, the history and the transparency log that a database is at."""
    ran = await snapshot.rows("SELECT app_name, name FROM migration ORDER BY app_name, name")
    history = await snapshot.rows("SELECT id, number FROM sync_history ORDER BY number DESC LIMIT 1")
    head = await snapshot.rows("SELECT size, root FROM log_tree_head ORDER BY size DESC, signed_at DESC LIMIT 1")
    newest = await snapshot.rows("SELECT max(at) AS at FROM journal_line")
    return Standing(
        migrations=tuple(f"{row['app_name']}/{row['name']}" for row in ran),
        history=str(history[0]["id"]) if history else None,
        history_number=int(history[0]["number"]) if history else 0,
        tree_size=int(head[0]["size"]) if head else 0,
        tree_root=bytes(head[0]["root"]).hex() if head else None,
        newest_line=str(newest[0]["at"]) if newest and newest[0]["at"] else None,
    )


async def listed(snapshot: Snapshot) -> list[Listed]:
    """Every stored file that the database speaks of, by digest."""
    rows = await snapshot.rows("SELECT digest, length, mime, remote_at FROM blob ORDER BY digest")
    return [Listed(row["digest"], int(row["length"]), row["mime"], row["remote_at"] is not None) for row in rows]


def copy_sqlite(source: Path, target: Path) -> None:
    """A copy of one instant, by SQLite's own online backup, checked page by page; readers and writers go on.

    Raises:
        sqlite3.Error: it could not be read or written, or the copy is damaged.
    """
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=30)) as read, closing(sqlite3.connect(target)) as written:
        target.chmod(0o600)
        read.backup(written)  # all pages in one step: a writer beside it would make it begin again
        written.execute("PRAGMA journal_mode = DELETE")
        said = written.execute("PRAGMA quick_check(1)").fetchone()
        if said != ("ok",):
            raise sqlite3.DatabaseError("the copy is damaged")


def read_sqlite(path: Path, sql: str) -> list[dict[str, Any]]:
    """The rows of a question to a SQLite file that nobody changes meanwhile."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as read:
        read.row_factory = sqlite3.Row
        return [dict(row) for row in read.execute(sql)]
