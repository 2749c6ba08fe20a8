"""A copy of the SQLite database beside it, made while the server runs; what PostgreSQL has tools of its own for."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from inspection.kernel.command import Command
from inspection.kernel.database import speaks_postgres
from inspection.kernel.entropy import Entropy
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work import store
from mobile_contract.problems import ProblemCode

JOB: Final = "kernel.backup"
STREAM: Final = "backups"
DATABASE: Final = "fieldcheck.sqlite3"
FILES: Final = "files.txt"
TOLD: Final = "backup.json"
_MAKING: Final = ".making"
_SPARE: Final = 512 * 1024 * 1024
"""Bytes that stay free on the disk beside a copy."""
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class BackupPlace:
    """The file of the database, and the folder of its copies."""

    database: Path
    folder: Path


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy. `name`: of its folder; `length`, `sha256` (hex): of the file; `files`, `files_length`: how many
    stored files its list names, and their bytes, which are not in it.
    """

    name: str
    made_at: datetime
    length: int
    sha256: str
    files: int
    files_length: int


async def ask_for_backup(cmd: Command, place: BackupPlace | None) -> None:
    """Have the background work make a copy.

    Raises:
        Refused: `kernel.backup_by_pg_dump`: PostgreSQL is backed up by its own means.
        Conflict: `kernel.backup_waits`: one is being made; `kernel.backup_no_room` (`storage-full`).
    """
    if place is None or speaks_postgres():
        raise Refused(ProblemCode.REFUSED, "kernel.backup_by_pg_dump")
    check_room(place)
    async with unit_of_work():
        if await store.pending(JOB):
            raise Conflict(ProblemCode.CONFLICT, "kernel.backup_waits")
        await append(cmd.event(EventKind.BACKUP_ASKED, STREAM, name=new_name(cmd.now, cmd.entropy)))


def check_room(place: BackupPlace) -> None:
    """Refuse a copy for which there is no room.

    Raises:
        Conflict: `kernel.backup_no_room`.
    """
    needed = _length_of(place.database) + _SPARE
    free = shutil.disk_usage(place.database.parent).free
    if free < needed:
        raise Conflict(ProblemCode.STORAGE_FULL, "kernel.backup_no_room", needed=needed, free=free)


def make_backup(place: BackupPlace, name: str, now: datetime) -> Backup:
    """Copy the database as it is at one instant, and list the files that it speaks of. Nobody has to wait for it; it
    takes seconds to minutes and belongs into a thread. One of this name that is there is told of, not made again.

    Raises:
        Conflict: `kernel.backup_no_room`.
        sqlite3.Error, OSError: it could not be read, written, or is damaged: nothing is left of the copy.
    """
    done = place.folder / name
    if (done / TOLD).is_file():
        return _read(done)
    check_room(place)
    with _in_the_making(place.folder) as folder:
        copy_sqlite(place.database, folder / DATABASE)
        files, files_length = _list_files(folder / DATABASE, folder / FILES)
        with (folder / DATABASE).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        length = (folder / DATABASE).stat().st_size
        told = Backup(name, now.astimezone(UTC), length, digest, files, files_length)
        (folder / TOLD).write_text(json.dumps({**asdict(told), "made_at": told.made_at.isoformat()}, indent=1) + "\n")
        for one in folder.iterdir():
            _on_the_disk(one)
        folder.rename(done)
    _on_the_disk(place.folder)
    return told


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


def backups(folder: Path) -> list[Backup]:
    """The copies in a folder, the newest first; what was never finished is none."""
    if not folder.is_dir():
        return []
    found = [one for one in folder.iterdir() if not one.name.startswith(".") and (one / TOLD).is_file()]
    return sorted((_read(one) for one in found[:_MOST]), key=lambda one: (one.made_at, one.name), reverse=True)


def new_name(now: datetime, entropy: Entropy) -> str:
    """What a copy is called: when it was asked for, and a few signs by chance."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{entropy.bytes(4).hex()}"


@contextmanager
def _in_the_making(folder: Path) -> Iterator[Path]:
    """An empty folder that is renamed when all of it is there; whatever a crash left in it goes first."""
    making = folder / _MAKING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    try:
        yield making
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _list_files(database: Path, target: Path) -> tuple[int, int]:
    """Write SHA-256, bytes and type of every stored file that the copy speaks of, one a line."""
    count = length = 0
    uri = f"{database.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as read, target.open("w") as file:
        for digest, size, mime in read.execute("SELECT digest, length, mime FROM blob ORDER BY digest"):
            file.write(f"{digest}\t{size}\t{mime}\n")
            count, length = count + 1, length + int(size)
    target.chmod(0o600)
    return count, length


def _read(folder: Path) -> Backup:
    told = json.loads((folder / TOLD).read_text())
    return Backup(**{**told, "name": folder.name, "made_at": datetime.fromisoformat(told["made_at"])})


def _length_of(database: Path) -> int:
    beside = (database, database.with_name(f"{database.name}-wal"))
    return sum(one.stat().st_size for one in beside if one.is_file())


def _on_the_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
