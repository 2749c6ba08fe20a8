"""What may be removed, and its removal (docs/media.md, "Store"): only what a rule names, each with a journal line.

A file with a row, or with a hold, is never among it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Refused
from inspection.kernel.journal import EventKind, newest_of
from media import store, store_holds
from media.expire_uploads import expire_uploads
from media.files import alone
from media.removal import LOCK, Removal, Rule, finish_removals, take_away
from media.rules import is_digest
from media.vault import RETRY_AFTER_S, current_vault
from mobile_contract.problems import ProblemCode

GRACE: Final = timedelta(days=7)
AFTER_RESTORE: Final = timedelta(days=90)
"""How long a file without a row stays after the store went back: longer than any tablet is expected to be away."""
PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """A file on the disk: its length in bytes and when it was last written."""

    path: Path
    length: int
    at: datetime

    @property
    def digest(self) -> str:
        """The digest in its name, if there is one."""
        return self.path.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Collected:
    """What was removed, and how many uploads were given up as expired."""

    removed: tuple[Removal, ...]
    expired: int


def orphans(files: Sequence[Found], known: Collection[str], held: Collection[str], before: datetime) -> list[Removal]:
    """Which of the files among the blobs may go: named by a digest, without row and hold, last written before `before`.

    Pure. A foreign file is a person's affair.
    """
    return [
        Removal(Rule.ORPHAN, file.path, file.length, file.path.name, before)
        for file in files
        if is_digest(file.path.name) and file.path.name not in known and file.path.name not in held and file.at < before
    ]


def lonely_copies(files: Sequence[Found], known: Collection[str], before: datetime) -> list[Removal]:
    """Which of the files among the copies may go: their original has no row, or they were never finished. Pure."""
    return [
        Removal(Rule.COPY, file.path, file.length, file.digest, before)
        for file in files
        if is_digest(file.digest) and file.at < before and (file.digest not in known or file.path.suffix == ".new")
    ]


def strays(files: Sequence[Found], running: Collection[UUID], before: datetime) -> list[Removal]:
    """Which of the files on their way may go: of an id of ours, and of no upload that still runs. Pure."""
    return [
        Removal(Rule.STRAY, file.path, file.length, None, before)
        for file in files
        if (found := _id(file.path.name)) is not None and found not in running and file.at < before
    ]


async def removable(cmd: Command) -> AsyncIterator[Removal]:
    """All that may be removed now, besides expired uploads; removes nothing.

    After the store went back, by a restore or a failover, files without a row may be evidence whose rows the tablets
    bring again: for 90 days nothing of that kind may go.
    """
    disk, before = current_vault().disk, cmd.now - GRACE
    spared = await _went_back_since(cmd.now - AFTER_RESTORE)
    async for page in _pages(disk.blobs_dir, "??/??/*"):
        if spared:
            break
        names = {file.path.name for file in page if is_digest(file.path.name)}
        for one in orphans(page, await store.known(names), await store_holds.held_of(names), before):
            yield one
    async for page in _pages(disk.derived_dir, "??/??/*"):
        digests = {file.digest for file in page if is_digest(file.digest)}
        for one in lonely_copies(page, await store.known(digests), before):
            yield one
    async for page in _pages(disk.staging_dir, "*"):
        ids = {found for file in page if (found := _id(file.path.name)) is not None}
        for one in strays(page, await store_holds.running_uploads(ids), before):
            yield one


async def collect(cmd: Command) -> Collected:
    """Remove all of it. Harmless to repeat, whatever an earlier run was stopped by.

    Raises:
        Refused: another process removes files now (503).
    """
    async with alone(current_vault().disk.root / LOCK) as mine:
        if not mine:
            raise Refused(ProblemCode.BUSY, "media.removal_runs", retry_after=RETRY_AFTER_S)
        await finish_removals()
        expired = await expire_uploads(cmd)
        removed = [one async for one in removable(cmd) if await take_away(cmd, one, partial(_still, one))]
        return Collected(tuple(removed), expired)


async def expiring(cmd: Command) -> int:
    """How many uploads `collect` would give up."""
    vault = current_vault()
    before, last, count = cmd.now - vault.limits.kept, None, 0
    while page := await store.running_before(before, last, PAGE):
        touched = [await vault.disk.touched_at(row.id) or row.created_at for row in page]
        count += sum(at < before for at in touched)
        last = (page[-1].created_at, page[-1].id)
    return count


async def _went_back_since(since: datetime) -> bool:
    """Whether the store was restored, or was noticed to have gone back, after that moment."""
    restored, begun = await newest_of(EventKind.BACKUP_RESTORED), await newest_of(EventKind.HISTORY_STARTED)
    noticed = begun is not None and begun.payload["number"] != 1 and begun.at > since
    return noticed or (restored is not None and restored.at > since)


async def _still(removal: Removal) -> bool:
    match removal.rule:
        case Rule.ORPHAN:
            name = removal.path.name
            return not await store.known([name]) and not await store_holds.held_of([name])
        case Rule.COPY:
            return removal.path.suffix == ".new" or not await store.known([removal.digest or ""])
        case _:
            found = _id(removal.path.name)
            return found is not None and not await store_holds.running_uploads({found})


async def _pages(folder: Path, pattern: str) -> AsyncIterator[list[Found]]:
    paths = await asyncio.to_thread(lambda: sorted(folder.glob(pattern)))
    for start in range(0, len(paths), PAGE):
        yield await asyncio.to_thread(_found, paths[start : start + PAGE])


def _found(paths: Sequence[Path]) -> list[Found]:
    found = []
    for path in paths:
        try:
            told = os.stat(path)  # noqa: PTH116  one call for both answers
        except FileNotFoundError:
            continue
        found.append(Found(path, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC)))
    return found


def _id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
