"""Take bytes of an upload in, and say how far it is. The truth is the file's size on the disk, under its turn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError, NotFound
from media import store, tus
from media.files import BATCH
from media.settle import settle
from media.staging import Locked, Staged
from media.store import UploadRow
from media.turns import Interrupted, Turn, busy
from media.vault import Vault, current_vault, no_room, telling_no_room
from mobile_contract.problems import ProblemCode

log = structlog.get_logger("fieldcheck.media")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an upload is. `offset` and `length` in bytes; `metadata` verbatim as the client sent it."""

    id: UUID
    offset: int
    length: int
    metadata: str


async def receive(
    cmd: Command, *, upload_id: UUID, offset: int, chunks: AsyncIterator[bytes], announced: int | None
) -> Standing:
    """Append a piece that starts at `offset`; every byte acknowledged here survives a power cut.

    Whatever ends the body early, the bytes that came are kept. The last byte ends the upload: the file is verified.

    Raises:
        NotFound: no such upload of this actor, or it was given up or rejected.
        Conflict: it stands at another offset (409); it is in use, or the body ended early (423).
        Invalid: more bytes than declared (413); the file is not the declared one (422).
        Refused: the disk is full or broken (503).
    """
    vault = current_vault()
    async with vault.turns.take(upload_id) as turn, _hold(cmd, vault, upload_id) as held:
        tus.check_continues(offset, announced, received=held.offset, length=held.upload.length)
        ending = await _pour(turn, chunks, held)
        await _keep(cmd, vault, held)
        if ending is not None:
            raise ending
        return held.standing


async def standing(cmd: Command, *, upload_id: UUID) -> Standing:
    """How far an upload is. One that has all its bytes but was not verified, because of a crash, is verified now.

    Raises:
        NotFound: no such upload of this actor, or its bytes turned out not to be the declared file.
        Conflict: it is in use (423).
        Refused: the disk is full or broken (503).
    """
    vault = current_vault()
    async with vault.turns.take(upload_id), _hold(cmd, vault, upload_id) as held:
        try:
            await _keep(cmd, vault, held)
        except DomainError as error:
            if error.code is ProblemCode.DIGEST_MISMATCH:
                raise unknown_upload() from error
            raise
        return held.standing


@dataclass(slots=True)
class _Held:
    """An upload in hand; `staged` is None when it is complete."""

    upload: UploadRow
    staged: Staged | None

    @property
    def offset(self) -> int:
        return self.upload.length if self.staged is None else self.staged.size

    @property
    def standing(self) -> Standing:
        return Standing(self.upload.id, self.offset, self.upload.length, self.upload.metadata)


@asynccontextmanager
async def _hold(cmd: Command, vault: Vault, upload_id: UUID) -> AsyncIterator[_Held]:
    row = await _find(cmd, upload_id)
    if row.complete:
        yield _Held(row, None)
        return
    try:
        async with vault.disk.open_staging(upload_id) as staged:
            # Read again: another process may have ended the upload before the file was ours.
            row = await _find(cmd, upload_id)
            yield _Held(row, None if row.complete else staged)
    except Locked as error:
        raise busy() from error
    except OSError as error:
        log.exception("bytes cannot be taken in", upload=str(upload_id))
        raise no_room() from error


async def _find(cmd: Command, upload_id: UUID) -> UploadRow:
    row = await store.upload(upload_id, cmd.actor.id)
    if row is None:
        raise unknown_upload()
    return row


async def _pour(turn: Turn, chunks: AsyncIterator[bytes], held: _Held) -> DomainError | None:
    """Write the body to the file in batches; returns what is to be answered when it did not end well."""
    batch = bytearray()
    ending: DomainError | None = None
    room = held.upload.length - held.offset
    try:
        while (piece := await turn.read(chunks)) is not None:
            batch += piece[:room]
            if len(piece) > room:
                ending = tus.surplus(held.upload.length)
                break
            room -= len(piece)
            if held.staged is not None and len(batch) >= BATCH:
                await held.staged.append(batch)
                batch = bytearray()
    except Interrupted:
        ending = busy()
    if held.staged is not None and batch:
        await held.staged.append(batch)
    return ending


async def _keep(cmd: Command, vault: Vault, held: _Held) -> None:
    """Make what has arrived durable, and verify the upload when nothing is missing."""
    if held.staged is None:
        return
    try:
        await held.staged.sync()
    except OSError:
        # After a failed sync nobody knows which bytes are on the disk, and the next sync may lie: start over.
        await vault.disk.quarantine(held.upload.id)
        raise
    if held.staged.size == held.upload.length:
        with telling_no_room():
            await settle(cmd, vault.disk, held.upload, held.staged)


def unknown_upload() -> NotFound:
    """404: every client then starts over with a new upload."""
    return NotFound(ProblemCode.UPLOAD_UNKNOWN, "media.upload_unknown")
