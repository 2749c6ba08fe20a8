"""Make a backup: database, stored files, keys, and what they are, of one instant; nobody has to wait for it."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import asyncpg

from inspection.kernel.backup.copies import Kept, Listed, Shelves, copy_hashed, keep_file, sha256_of
from inspection.kernel.backup.manifest import (
    FILES,
    FORMAT,
    KEYS,
    MEDIA,
    TOLD,
    Backup,
    Part,
    backups,
    read_manifest,
    write_manifest,
)
from inspection.kernel.backup.snapshot import Snapshot, listed, postgres_snapshot, sqlite_snapshot, standing
from inspection.kernel.disk import on_the_disk
from inspection.kernel.entropy import Entropy
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode

LOCK: Final = ".backup.lock"
_MAKING: Final = ".making"
_GOING: Final = ".going"
_SPARE: Final = 512 * 1024 * 1024
"""Bytes that stay free on the disk beside a backup."""
_MISSING_TOLD: Final = 100
_DISTRIBUTION: Final = "fieldcheck-inspection"


@dataclass(frozen=True, slots=True)
class BackupPlace:
    """What is backed up, and where to. `database`: SQLite's file, or None and the address `url` of PostgreSQL, whose
    programs lie in `programs`; `keys`: the folder of the server's keys; `shelves`: of the stored files.
    """

    database: Path | None
    folder: Path
    shelves: Shelves
    keys: Path
    url: str = ""
    programs: Path | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a backup besides the database; `keep`: how many stay in the folder with files, and how
    many without; None: all of them.
    """

    files: bool = True
    keys: bool = True
    keep: int | None = None


def new_name(now: datetime, entropy: Entropy) -> str:
    """What a backup is called: when it was asked for, and a few signs by chance."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{entropy.bytes(4).hex()}"


async def make_backup(place: BackupPlace, name: str, now: datetime, wanted: Wanted | None = None) -> Backup:
    """Make a backup called `name`, renamed into its place when it is whole. One of this name that is there is told of,
    not made again. Files that an older backup in the folder holds are linked, not copied again.

    Raises:
        Conflict: `kernel.backup_no_room`, `kernel.backup_waits` (another one is being made), `kernel.pg_tool_failed`.
        Refused: `kernel.pg_tool_missing`, `kernel.pg_tool_old`.
        sqlite3.Error, OSError: it could not be read, written, or is damaged: nothing is left of the copy.
    """
    wanted, done = wanted or Wanted(), place.folder / name
    if (done / TOLD).is_file():
        return read_manifest(done)
    await check_room(place)
    with _in_the_making(place.folder) as folder:
        async with _snapshot(place, folder) as snapshot:
            told = await _filled(place, folder, snapshot, wanted, Backup(
                name=name, made_at=now.astimezone(UTC), length=0, sha256="", files=0, files_length=0, format=FORMAT,
                engine=snapshot.engine, server=snapshot.server, app=version(_DISTRIBUTION), database=snapshot.name,
            ))  # fmt: skip
        await asyncio.to_thread(write_manifest, folder, told)
        await asyncio.to_thread(_settled, folder)
        folder.rename(done)
        on_the_disk(place.folder)
        if wanted.keep is not None:
            await asyncio.to_thread(drop_old, place.folder, wanted.keep)
    return told


async def check_room(place: BackupPlace, files: int = 0) -> None:
    """Refuse a backup for which there is no room. `files`: bytes of stored files that come along.

    Raises:
        Conflict: `kernel.backup_no_room`.
    """
    needed = await _length_of(place) + files + _SPARE
    there = place.folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    if free < needed:
        raise Conflict(ProblemCode.STORAGE_FULL, "kernel.backup_no_room", needed=needed, free=free)


def _settled(folder: Path) -> None:
    """Wait until all of a backup is on the disk: copies are, but not yet the names in its folders, nor the database."""
    for place, _, _ in os.walk(folder):
        on_the_disk(Path(place))
    for one in folder.iterdir():
        if one.is_file():
            on_the_disk(one)


def drop_old(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` backups of a folder with stored files, and as many without: one kind pushes out
    none of the other. The names of those that went.
    """
    there = backups(folder)
    kinds = ([one for one in there if one.with_files is files] for files in (True, False))
    gone = [one for kind in kinds for one in kind[max(1, keep) :]]
    for one in gone:
        going = folder / f"{_GOING}-{one.name}"
        (folder / one.name).rename(going)
    for left in folder.glob(f"{_GOING}-*"):
        shutil.rmtree(left)
    return [one.name for one in gone]


async def _filled(place: BackupPlace, folder: Path, snapshot: Snapshot, wanted: Wanted, told: Backup) -> Backup:
    stands = await standing(snapshot)
    files = await listed(snapshot)
    database = folder / snapshot.name
    kept = await _kept(place, folder, files) if wanted.files else Kept()
    keys = await asyncio.to_thread(_copy_keys, place.keys, folder / KEYS) if wanted.keys else ()
    return told.model_copy(
        update={
            "length": database.stat().st_size,
            "sha256": await asyncio.to_thread(sha256_of, database),
            "files": len(files),
            "files_length": sum(one.length for one in files),
            "migrations": stands.migrations,
            "history": stands.history,
            "history_number": stands.history_number,
            "tree_size": stands.tree_size,
            "tree_root": stands.tree_root,
            "list_sha256": await asyncio.to_thread(_list_files, files, folder / FILES),
            "with_files": wanted.files,
            "held": kept.held,
            "elsewhere": kept.elsewhere,
            "lacking": len(kept.missing),
            "missing": tuple(kept.missing[:_MISSING_TOLD]),
            "with_keys": wanted.keys,
            "keys": keys,
        }
    )


async def _kept(place: BackupPlace, folder: Path, files: Sequence[Listed]) -> Kept:
    older = next((one for one in backups(place.folder) if one.with_files), None)
    previous = place.folder / older.name / MEDIA if older else None
    fresh = [one for one in files if previous is None or not place.shelves.within(previous, one.digest).is_file()]
    await check_room(place, sum(one.length for one in fresh))
    kept = Kept()
    for one in files:
        await asyncio.to_thread(keep_file, one, place.shelves, folder / MEDIA, previous, kept)
    return kept


def _copy_keys(source: Path, target: Path) -> tuple[Part, ...]:
    target.mkdir(mode=0o700)
    found = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else []
    parts = []
    for path in found:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = copy_hashed(path, place)
        parts.append(part.model_copy(update={"path": str(path.relative_to(source))}))
    return tuple(parts)


def _list_files(files: Sequence[Listed], target: Path) -> str | None:
    target.write_text("".join(one.line for one in files))
    target.chmod(0o600)
    return sha256_of(target)


@asynccontextmanager
async def _snapshot(place: BackupPlace, folder: Path) -> AsyncIterator[Snapshot]:
    if place.database is not None:
        async with sqlite_snapshot(place.database, folder) as snapshot:
            yield snapshot
        return
    async with postgres_snapshot(place.url, folder, place.programs) as snapshot:
        yield snapshot


@contextmanager
def _in_the_making(folder: Path) -> Iterator[Path]:
    """An empty folder that is renamed when all of it is there; whatever a crash left in it goes. One at a time."""
    making = folder / _MAKING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(ProblemCode.CONFLICT, "kernel.backup_waits") from None
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        try:
            yield making
        finally:
            shutil.rmtree(making, ignore_errors=True)


async def _length_of(place: BackupPlace) -> int:
    if place.database is not None:
        beside = (place.database, place.database.with_name(f"{place.database.name}-wal"))
        return sum(one.stat().st_size for one in beside if one.is_file())
    connection = await asyncpg.connect(place.url)
    try:
        return int(await connection.fetchval("SELECT pg_database_size(current_database())"))
    finally:
        await connection.close()
