"""Bring a backup's database back: looked at first, beside what is there, never over it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import asyncpg

from inspection.kernel.backup import postgres_tools
from inspection.kernel.backup.copies import copy_hashed, read_list, sha256_of
from inspection.kernel.backup.make import BackupPlace
from inspection.kernel.backup.manifest import FILES, FORMAT, KEYS, MEDIA, Backup, read_manifest
from inspection.kernel.backup.snapshot import Standing, opened_postgres, opened_sqlite, standing
from inspection.kernel.disk import on_the_disk
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.moved import refuse_moved
from inspection.kernel.one_writer import only_writer
from mobile_contract.problems import ProblemCode

_BESIDE: Final = ("", "-wal", "-shm")


def read_backup(folder: Path) -> Backup:
    """What is in this folder.

    Raises:
        Invalid: `kernel.not_a_backup`.
    """
    told: Backup | None = None
    with suppress(OSError, ValueError):
        told = read_manifest(folder)
    if told is None or not all(map(_inside, (told.database, *(one.path for one in told.keys)))):
        raise Invalid(ProblemCode.INVALID, "kernel.not_a_backup", folder=str(folder))
    if told.format != FORMAT:
        raise Invalid(ProblemCode.INVALID, "kernel.backup_format", folder=str(folder), format=told.format)
    return told


def _inside(path: str) -> bool:
    """Whether a path leads nowhere but into the folder that it is told of."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def damaged_parts(folder: Path, told: Backup, place: BackupPlace) -> list[str]:
    """The parts of a backup that are not what its manifest says, by their paths: every byte is read."""
    parts = [(told.database, told.sha256), (FILES, told.list_sha256)]
    parts += [(f"{KEYS}/{one.path}", one.sha256) for one in told.keys]
    wrong = [path for path, digest in parts if sha256_of(folder / path) != digest]
    return wrong or _damaged_files(folder, told, place)


def _damaged_files(folder: Path, told: Backup, place: BackupPlace) -> list[str]:
    if not told.with_files:
        return []
    held, wrong = 0, []
    for digest, _ in read_list(folder / FILES):
        path = place.shelves.within(folder / MEDIA, digest)
        if path.exists():
            held += 1
            if sha256_of(path) != digest:
                wrong.append(str(path.relative_to(folder)))
    return wrong if wrong or held == told.held else [MEDIA]


async def database_is_empty(place: BackupPlace) -> bool:
    """Whether nothing is where the database is to come."""
    if place.database is not None:
        # A log without its database would be taken for that of the one which comes, and written into it.
        return not any(place.database.with_name(place.database.name + end).exists() for end in _BESIDE)
    rows = await _ask(place.url, "SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace LIMIT 1")
    return not rows


async def standing_of(place: BackupPlace) -> Standing | None:
    """How far the database that is there got; None when it cannot be read."""
    try:
        if place.database is not None:
            return await standing(opened_sqlite(place.database))
        async with opened_postgres(place.url) as snapshot:
            return await standing(snapshot)
    except (OSError, sqlite3.Error, asyncpg.PostgresError):
        return None


@asynccontextmanager
async def nobody_else(place: BackupPlace) -> AsyncIterator[None]:
    """Nobody works on the database meanwhile.

    Raises:
        Refused: somebody does (`kernel.database_in_use`, `kernel.database_has_users`); `kernel.database_moved`.
    """
    if place.database is not None:
        refuse_moved(place.database)
        with only_writer(place.database):
            yield
        return
    others = await _ask(
        place.url,
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    if others[0]["n"]:
        raise Refused(ProblemCode.BUSY, "kernel.database_has_users", n=int(others[0]["n"]))
    yield


async def check_tools(place: BackupPlace) -> None:
    """Whether what is needed to bring the database back is there.

    Raises:
        Refused: `kernel.pg_tool_missing`, `kernel.pg_tool_old`.
    """
    if place.database is None:
        await postgres_tools.tool("pg_restore", place.programs, await _server(place.url))


async def set_aside(place: BackupPlace, mark: str) -> str:
    """Put the database that is there beside its place; what it is called now."""
    if place.database is not None:
        return await asyncio.to_thread(_set_file_aside, place.database, mark)
    name = postgres_tools.SET_ASIDE + mark.lower().replace("-", "_")
    connection = await asyncpg.connect(place.url)
    try:
        async with connection.transaction():
            schema = await connection.fetchval("SELECT quote_ident(current_schema())")
            await connection.execute(f"ALTER SCHEMA {schema} RENAME TO {name}")
            await connection.execute(f"CREATE SCHEMA {schema}")
    finally:
        await connection.close()
    return f"schema {name}"


async def bring_database(place: BackupPlace, folder: Path, told: Backup) -> None:
    """Put the backup's database into its empty place.

    Raises:
        Conflict: `kernel.pg_tool_failed`; `kernel.backup_changed`: the file changed while it was copied.
    """
    source = folder / told.database
    if place.database is None:
        program = await postgres_tools.tool("pg_restore", place.programs, await _server(place.url))
        await postgres_tools.restore(program, place.url, source)
        return
    await asyncio.to_thread(_bring_file, source, place.database, told.sha256)


def _bring_file(source: Path, target: Path, digest: str) -> None:
    draft = target.with_name(f"{target.name}.restoring")
    draft.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if copy_hashed(source, draft).sha256 != digest:
        draft.unlink()
        raise Conflict(ProblemCode.CONFLICT, "kernel.backup_changed", path=str(source))
    draft.rename(target)
    on_the_disk(target.parent)


def _set_file_aside(database: Path, mark: str) -> str:
    # Its log first: SQLite finds it by the name of the file, and a file without its log has lost what stood in it.
    for end in reversed(_BESIDE):
        path = database.with_name(database.name + end)
        if path.exists():
            path.rename(database.with_name(f"{database.name}.before-{mark}{end}"))
    on_the_disk(database.parent)
    return str(database.with_name(f"{database.name}.before-{mark}"))


async def _server(url: str) -> int:
    rows = await _ask(url, "SELECT current_setting('server_version_num')::int / 10000 AS major")
    return int(rows[0]["major"])


async def _ask(url: str, sql: str) -> Sequence[Any]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()
