"""Take a file away by a rule, and write that down.

    1. in one transaction: the journal's line (which locks the file's stream), the rule's conditions once more, the
       file moved to `going/` under an id that the line names;
    2. after the commit: the file is removed from there.

A crash leaves the file in `going/`. If the line was committed it is removed, else it goes back to its place. So nothing
is removed without a line, and nothing to which the rule does not apply at the moment of the removal.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import append, read_kind
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media.disk import Disk
from media.files import locked_folder, sync_folder
from media.rules import is_digest
from media.vault import current_vault

STRAYS: Final = "media:staging"
"""The stream of removed files that belong to no digest."""


LOCK: Final = "removal.lock"
"""One process at a time removes; the name below the vault's root."""


class Rule(StrEnum):
    """Why a file may go."""

    STRAY = "stray"  # bytes on their way that no upload knows any more
    ORPHAN = "orphan"  # a file that no row knows, and nothing holds
    COPY = "copy"  # a copy whose original is gone, or one that was never finished
    EVICTED = "evicted"  # the object store has it, compared once more


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that a rule lets go. `digest` is the original's; `None` for bytes that never had a name."""

    rule: Rule
    path: Path
    length: int
    digest: str | None
    older_than: datetime | None = None

    @property
    def stream(self) -> str:
        """The journal's stream that tells of it."""
        return f"media:{self.digest}" if self.digest else STRAYS


Still: TypeAlias = Callable[[], Awaitable[bool]]
"""Whether the rule applies even now; asked inside the transaction, behind the lock of the file's stream."""


class _Stays(Exception):
    """The rule does not apply any more."""


async def take_away(cmd: Command, removal: Removal, still: Still) -> bool:
    """Remove a file and write it down; False when the rule does not apply any more."""
    disk, token = current_vault().disk, cmd.new_id()
    try:
        await in_unit(_move, cmd, disk, removal, token, still)
    except _Stays:
        return False
    await asyncio.to_thread(_gone, _going(disk, token, removal.path.name))
    return True


async def finish_removals() -> None:
    """End what a crash has left half done. Call it before any removal, with the lock in hand."""
    disk = current_vault().disk
    for path in await asyncio.to_thread(_left, disk):
        token, _, name = path.name.partition(".")
        digest = name.partition(".")[0]
        stream = f"media:{digest}" if is_digest(digest) else STRAYS
        told = await read_kind(stream, EventKind.MEDIA_COLLECTED)
        if any(line.payload["id"] == token for line in told):
            await asyncio.to_thread(_gone, path)
        else:
            await asyncio.to_thread(_put_back, disk, path, name)


async def _move(cmd: Command, disk: Disk, removal: Removal, token: UUID, still: Still) -> None:
    name = removal.path.name
    event = cmd.event(
        EventKind.MEDIA_COLLECTED,
        removal.stream,
        id=str(token),
        rule=removal.rule.value,
        file=name,
        digest=removal.digest,
        length=removal.length,
    )
    await append(event)
    if not await still():
        raise _Stays
    if not await asyncio.to_thread(_set_going, removal, _going(disk, token, name)):
        raise _Stays


def _going(disk: Disk, token: UUID, name: str) -> Path:
    return disk.root / "going" / f"{token}.{name}"


def _set_going(removal: Removal, going: Path) -> bool:
    """Whether the file is out of its place; whoever puts a file of this name there now does it before or after."""
    going.parent.mkdir(exist_ok=True)
    with locked_folder(removal.path.parent):
        if going.exists():
            return True  # the transaction is being repeated
        try:
            told = os.stat(removal.path)  # noqa: PTH116  one call for both answers
        except FileNotFoundError:
            return False
        if removal.older_than is not None and told.st_mtime >= removal.older_than.timestamp():
            return False
        removal.path.rename(going)
        sync_folder(going.parent)
        sync_folder(removal.path.parent)
    return True


def _gone(path: Path) -> None:
    path.unlink(missing_ok=True)


def _left(disk: Disk) -> list[Path]:
    return sorted((disk.root / "going").glob("*"))


def _put_back(disk: Disk, path: Path, name: str) -> None:
    target = _place(disk, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked_folder(target.parent):
        try:
            target.hardlink_to(path)
        except FileExistsError:
            # The same file came again meanwhile; which of the two is the better one is for a person.
            path.rename(disk.quarantine_dir / path.name)
        else:
            sync_folder(target.parent)
            path.unlink()


def _place(disk: Disk, name: str) -> Path:
    digest, _, copy = name.partition(".")
    if not is_digest(digest):
        return disk.staging_dir / name
    return disk.derived_path(digest, "x").with_name(name) if copy else disk.blob_path(digest)
