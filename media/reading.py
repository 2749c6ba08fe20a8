"""Stored bytes, from wherever they are: the disk, else the object store; never other bytes than the digest names.

What is found damaged on the way is written down and told as "not here"; an object store that cannot be asked is told as
"not now" (503).
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

import structlog

from inspection.kernel.errors import DomainError, NotFound, Refused
from inspection.kernel.unit_of_work import in_unit
from media import store_remote
from media.checked import Mark
from media.damage import Damage, DamageKind, Place, note_damage
from media.depots import lies_elsewhere
from media.files import hash_file
from media.remote import Remote, RemoteAway, Seen
from media.rules import MIB, is_digest
from media.store_remote import KeptRow
from media.vault import RETRY_AFTER_S, Vault, current_vault
from mobile_contract.problems import ProblemCode

LARGE: Final = 16 * MIB
"""Files above this size are read whole one after the other, smaller ones as they are asked for."""

log = structlog.get_logger("fieldcheck.media")


Found: TypeAlias = tuple[Seen, AsyncGenerator[bytes, None]]


class Local(StrEnum):
    """How the file on the disk is."""

    GOOD = "good"
    GONE = "gone"
    BAD = "bad"


async def open_blob(digest: str, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes, None]:
    """The bytes [start, stop) of a stored file, about a mebibyte at a time.

    Raises:
        NotFound: at the first piece: we do not hold it, or what lies there is not it any more.
        Refused: only the object store has it, and cannot be asked now (503); at the first piece, or at a later one.
    """
    row = await _row(digest)
    end = row.length if stop is None else min(stop, row.length)
    if start >= end and row.length:
        return
    vault = current_vault()
    state, found = await look(vault, row)
    if state is Local.GOOD:
        begun = False
        try:
            async for piece in vault.disk.read(digest, start, end):
                begun = True
                yield piece
        except OSError:
            if begun:
                raise
            # Evicted, or not readable, since we looked: the object store may have it.
            state = Local.GONE
        else:
            return
    async for piece in _elsewhere(vault, row, start, end, Damage(_kind(state), digest, found)):
        yield piece


async def opened(pieces: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    """The same pieces, after the first of them is here: what keeps it from coming can still be told by a status.

    Raises:
        DomainError: as the first piece does.
    """
    first = await anext(pieces, None)

    async def all_pieces() -> AsyncIterator[bytes]:
        async with aclosing(pieces):
            if first is not None:
                yield first
            async for piece in pieces:
                yield piece

    return all_pieces()


@asynccontextmanager
async def local_file(digest: str) -> AsyncIterator[Path]:
    """A file on the disk with exactly these bytes, for those who need one: the original itself, which nobody may
    change, or a copy from the object store that goes afterwards.

    Raises:
        NotFound, Refused: as `open_blob`.
    """
    row, vault = await _row(digest), current_vault()
    state, _ = await look(vault, row)
    if state is Local.GOOD:
        yield vault.disk.blob_path(digest)
        return
    path = vault.disk.staging_path(vault.system().new_id())
    try:
        await _bring(digest, path)
        yield path
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


async def is_at_hand(digest: str, length: int) -> bool:
    """Whether a stored file can be read from somewhere, as far as that is known without reading it: no byte of it need
    be sent again.
    """
    return await current_vault().disk.holds(digest, length) or await is_elsewhere(digest)


async def is_elsewhere(digest: str) -> bool:
    """Whether a stored file can be read from elsewhere than this disk, as far as that is known."""
    vault = current_vault()
    row = await store_remote.kept(digest) if vault.remote is not None else None
    return row is not None and (row.remote_at is not None or await lies_elsewhere(vault, row.depot))


async def address_elsewhere(digest: str, now: datetime, answer: Mapping[str, str]) -> str | None:
    """Where a reader may be sent for a file, by setting: an address of the object store for ten minutes.

    `answer`: the headers (`Content-Type`, `Content-Disposition`) that the object store is to answer with.
    """
    remote = current_vault().remote
    if remote is None or not remote.settings.redirect:
        return None
    row = await _row(digest)
    return remote.address(digest, now=now, answer=answer) if row.remote_at is not None else None


async def look(vault: Vault, row: KeptRow) -> tuple[Local, str | None]:
    """How the file on the disk is, read whole unless that was done lately; and what it hashes to, if it is bad."""
    if row.length <= LARGE:
        return await asyncio.to_thread(_look, vault, row)
    if await asyncio.to_thread(_is_known_good, vault, row):
        return Local.GOOD, None
    # A few large files at once would keep every thread of the process from its work.
    async with vault.large:
        return await asyncio.to_thread(_look, vault, row)


def _look(vault: Vault, row: KeptRow) -> tuple[Local, str | None]:
    path = vault.disk.blob_path(row.digest)
    try:
        mark = _mark(path)
        if vault.checked.holds(row.digest, mark):
            return Local.GOOD, None
        found = hash_file(path)
    except FileNotFoundError:
        return Local.GONE, None
    except OSError:
        return Local.BAD, None
    if found != row.digest:
        return Local.BAD, found
    vault.checked.keep(row.digest, mark)
    return Local.GOOD, None


def _is_known_good(vault: Vault, row: KeptRow) -> bool:
    try:
        return vault.checked.holds(row.digest, _mark(vault.disk.blob_path(row.digest)))
    except OSError:
        return False


def _mark(path: Path) -> Mark:
    return Mark.of(os.stat(path))  # noqa: PTH116  for whoever is in a thread


async def _elsewhere(vault: Vault, row: KeptRow, start: int, end: int, damage: Damage) -> AsyncGenerator[bytes, None]:
    remote = vault.remote if row.remote_at is not None else None
    if remote is None and damage.kind is DamageKind.MISSING and await lies_elsewhere(vault, row.depot):
        raise Refused(ProblemCode.BUSY, "media.elsewhere_away", retry_after=RETRY_AFTER_S)
    # A file that is gone from the disk and lies in the object store was evicted: nothing is wrong.
    if remote is None or damage.kind is DamageKind.ALTERED:
        await _told(vault, damage)
    if remote is None:
        raise _lost(damage)
    if start >= end:
        return
    try:
        async with aclosing(_from_remote(vault, remote, row, start, end)) as pieces:
            async for piece in pieces:
                yield piece
    except RemoteAway as error:
        log.warning("the object store does not answer", reason=str(error))
        raise Refused(ProblemCode.BUSY, "media.elsewhere_away", retry_after=RETRY_AFTER_S) from error


async def _from_remote(vault: Vault, remote: Remote, row: KeptRow, start: int, end: int) -> AsyncGenerator[bytes, None]:
    there = await _asked(vault, remote, row, start, end)
    if there is None:
        damage = Damage(DamageKind.MISSING, row.digest, place=Place.REMOTE)
        await _told(vault, damage)
        raise _lost(damage)
    seen, pieces = there
    if (seen.length, seen.tag) != (row.length, row.remote_tag):
        await pieces.aclose()
        await check_version(vault, remote, row)
        there = await remote.read(row.digest, start, end)
        if there is None:
            raise RemoteAway("it went while we looked")
        _, pieces = there
    async for piece in pieces:
        yield piece


async def _asked(vault: Vault, remote: Remote, row: KeptRow, start: int, end: int) -> Found | None:
    try:
        return await remote.read(row.digest, start, end)
    except RemoteAway:
        # Of a shorter object there is no such range: that is no trouble of the store.
        seen = await remote.head(row.digest)
        if seen is not None and seen.length != row.length:
            await check_version(vault, remote, row)
        raise


async def check_version(vault: Vault, remote: Remote, row: KeptRow) -> None:
    """Read what lies in the object store under another version than was compared; keep the version if it is good.

    Raises:
        NotFound: it is not the file.
        RemoteAway: nobody knows.
    """
    seen = await remote.measure(row.digest)
    if seen is not None and seen.sha256 == row.digest:
        await in_unit(store_remote.set_remote_tag, row.digest, seen.tag)
        return
    kind = DamageKind.MISSING if seen is None else DamageKind.ALTERED
    damage = Damage(kind, row.digest, seen.sha256 if seen else None, Place.REMOTE)
    await _told(vault, damage)
    raise _lost(damage)


async def _bring(digest: str, path: Path) -> None:
    file = await asyncio.to_thread(path.open, "xb")
    try:
        async for piece in open_blob(digest):
            await asyncio.to_thread(file.write, piece)
    finally:
        await asyncio.to_thread(file.close)
    if await asyncio.to_thread(hash_file, path) != digest:
        raise _lost(Damage(DamageKind.ALTERED, digest, place=Place.REMOTE))


async def _row(digest: str) -> KeptRow:
    row = await store_remote.kept(digest) if is_digest(digest) else None
    if row is None:
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)
    return row


async def _told(vault: Vault, damage: Damage) -> None:
    log.error("a stored file is damaged", digest=damage.name, kind=damage.kind.value, place=damage.place.value)
    try:
        await note_damage(vault.system(), damage)
    except Exception as error:  # noqa: BLE001  the reader is to hear of the file, whatever the journal runs into
        log.error("damage could not be written down", error=type(error).__name__)  # noqa: TRY400  no row in the log


def _kind(state: Local) -> DamageKind:
    return DamageKind.ALTERED if state is Local.BAD else DamageKind.MISSING


def _lost(damage: Damage) -> DomainError:
    key = "media.gone" if damage.kind is DamageKind.MISSING else "media.altered"
    return NotFound(ProblemCode.MEDIA_UNKNOWN, key, digest=damage.name)
