"""Bring an installation back from a backup: looked at whole, then put into empty places, then begun anew."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.backups import place_of
from api.migrate import migrate, steps
from api.restoring import marker
from api.restoring.after import Settled, settle
from api.schema import all_tables
from api.worker import install_projections
from inspection.kernel.backup import FILES, KEYS, MEDIA, Backup, BackupPlace, new_name
from inspection.kernel.backup.bring_back import (
    bring_database,
    check_tools,
    damaged_parts,
    database_is_empty,
    nobody_else,
    read_backup,
    set_aside,
    standing_of,
)
from inspection.kernel.backup.copies import copy_checked, read_list, sha256_of
from inspection.kernel.backup.snapshot import Standing
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.clock import Clock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import open_engine, running
from inspection.kernel.disk import on_the_disk
from inspection.kernel.entropy import Entropy
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.settings import Settings
from media.disk import Disk
from mobile_contract.problems import ProblemCode

MOST_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """How it is to be restored. `replace`: what is there is put beside; `skip`: how many numbers of each series are
    left out; `despite_damage`: stored files that are damaged in the backup are left out.
    """

    replace: bool = False
    skip: int = 1000
    despite_damage: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """What became of the stored files: brought, there already, in the object store only, and nowhere."""

    brought: int
    there: int
    absent: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. `before`: how far the database got that was there, as far as that could be read; `aside`:
    where what was there is now; `migrations`: how many ran.
    """

    backup: Backup
    files: Files
    settled: Settled
    migrations: int
    before: Standing | None
    aside: tuple[str, ...]


def look(settings: Settings, folder: Path, *, despite_damage: bool = False) -> tuple[Backup, list[str]]:
    """Read every byte of a backup; what it is, and those stored files that are damaged in it, or `media` if some that
    it says it holds are not there.

    Raises:
        Invalid: `kernel.not_a_backup`, `kernel.backup_format`.
        Refused: `kernel.backup_newer`: made by a newer version; `kernel.backup_other_engine`.
        Conflict: `kernel.backup_damaged`.
    """
    told, place = read_backup(folder), place_of(settings)
    known = {f"{step.app}/{step.id}" for step in steps()}
    if strange := sorted(set(told.migrations) - known):
        raise Refused(ProblemCode.REFUSED, "kernel.backup_newer", app=told.app, migration=strange[-1])
    engine = "postgres" if place.database is None else "sqlite"
    if told.engine != engine:
        raise Refused(ProblemCode.REFUSED, "kernel.backup_other_engine", made=told.engine, here=engine)
    wrong = damaged_parts(folder, told, place)
    only_files = all(one.partition("/")[0] == MEDIA for one in wrong)
    if wrong and not (despite_damage and only_files):
        names = ", ".join(wrong[:MOST_TOLD])
        raise Conflict(ProblemCode.CONFLICT, "kernel.backup_damaged", n=len(wrong), names=names)
    return told, wrong


async def restore(
    settings: Settings,
    folder: Path,
    clock: Clock,
    entropy: Entropy,
    asked: Asked,
    told_on: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Restore the backup in `folder` into this installation. `told_on` is told the name of each step.

    Raises:
        Refused, Invalid, Conflict: as `look`; `kernel.restore_not_empty`; `kernel.restore_without_keys`;
            `kernel.database_in_use`, `kernel.database_has_users`. Nothing was touched then.
    """
    place = place_of(settings)
    told_on("check")
    told, wrong = await asyncio.to_thread(look, settings, folder, despite_damage=asked.despite_damage)
    await check_tools(place)
    async with nobody_else(place):
        empty = await database_is_empty(place)
        _check_place(settings, told, empty, asked)
        before = None if empty else await standing_of(place)
        mark = new_name(clock.now(), entropy)
        marker.begin(settings, told.name)
        told_on("files")
        files = await asyncio.to_thread(_bring_files, settings, folder, place, frozenset(wrong))
        aside = await asyncio.to_thread(_bring_keys, place.keys, folder, told, mark)
        told_on("database")
        if not empty:
            aside.append(await set_aside(place, mark))
        await bring_database(place, folder, told)
    told_on("history")
    settled, ran = await _begin_anew(settings, clock, entropy, told, asked.skip)
    marker.end(settings)
    return Restored(told, files, settled, ran, before, tuple(aside))


async def _begin_anew(
    settings: Settings, clock: Clock, entropy: Entropy, told: Backup, skip: int
) -> tuple[Settled, int]:
    install_projections()
    owner = settings.as_owner
    async with running(open_engine(owner.database, pool_size=2, pooler=owner.pooler), all_tables()):
        ran = await migrate()
        cmd = Command(SYSTEM, clock.now(), entropy)
        await seed_calendar(cmd)
        return await settle(cmd, told.name, told.made_at, skip), len(ran)


def _check_place(settings: Settings, told: Backup, empty: bool, asked: Asked) -> None:
    keys = settings.data_dir / "keys"
    kept = keys.is_dir() and any(keys.iterdir())
    if not told.with_keys and not kept:
        raise Refused(ProblemCode.REFUSED, "kernel.restore_without_keys", folder=str(keys))
    stored = any(Disk(settings.data_dir / "media").blobs_dir.glob("??/??/*"))
    if not asked.replace and (not empty or stored or (kept and told.with_keys)):
        raise Refused(ProblemCode.REFUSED, "kernel.restore_not_empty", folder=str(settings.data_dir))


def _bring_files(settings: Settings, folder: Path, place: BackupPlace, wrong: frozenset[str]) -> Files:
    """Add to the store what it lacks; nothing in it is replaced but damaged files, and nothing leaves it."""
    disk = Disk(settings.data_dir / "media")
    for one in (disk.staging_dir, disk.blobs_dir, disk.derived_dir, disk.quarantine_dir):
        one.mkdir(parents=True, exist_ok=True)
    brought = there = absent = 0
    for digest, _ in read_list(folder / FILES):
        source = place.shelves.within(folder / MEDIA, digest)
        if sha256_of(disk.blob_path(digest)) == digest:
            there += 1
        elif str(source.relative_to(folder)) not in wrong and _bring(disk, source, digest):
            brought += 1
        else:
            absent += 1
    return Files(brought, there, absent)


def _bring(disk: Disk, source: Path, digest: str) -> bool:
    draft = disk.staging_dir / f"restore-{digest}"
    draft.unlink(missing_ok=True)
    if not copy_checked(source, draft, digest):
        return False
    try:
        disk.shelve_now(draft, digest)
    finally:
        draft.unlink()
    return True


def _bring_keys(target: Path, folder: Path, told: Backup, mark: str) -> list[str]:
    """Put the server's keys back; keys that were there are put beside."""
    if not told.with_keys:
        return []
    aside: list[str] = []
    if target.is_dir() and any(target.iterdir()):
        old = target.with_name(f"{target.name}.before-{mark}")
        target.rename(old)
        aside.append(str(old))
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in told.keys:
        place = target / part.path
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not copy_checked(folder / KEYS / part.path, place, part.sha256):
            raise Conflict(ProblemCode.CONFLICT, "kernel.backup_changed", path=str(folder / KEYS / part.path))
    for one in {target.parent, target, *((target / part.path).parent for part in told.keys)}:
        on_the_disk(one)
    return aside
