"""Take bytes of an upload in, and say how far it is. The truth is the file's size on the disk, under its turn."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError, NotFound
from media import store, tus
from media.checksum import Checksum
from media.files import BATCH
from media.late_length import set_length
from media.pass_on import at_this_depot, fetch_passing
from media.settle import settle
from media.staging import Locked, Staged, SyncFailed
from media.store import UploadRow
from media.turns import Interrupted, Turn, busy
from media.vault import Vault, current_vault, no_room, telling_no_room
from mobile_contract.problems import ProblemCode

log = structlog.get_logger("fieldcheck.media")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an upload is. `offset` and `length` (`None`: deferred) in bytes; `metadata` verbatim as the client sent
    it; `expires_at`: when it is forgotten if nothing more comes, `None` when it is complete.
    """

    id: UUID
    offset: int
    length: int | None
    metadata: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Piece:
    """What a client sends at once: its bytes, how many it announces, what they hash to, and the length of the whole
    file when that was deferred.
    """

    chunks: AsyncIterator[bytes]
    announced: int | None = None
    checksum: Checksum | None = None
    length: int | None = None


async def receive(cmd: Command, *, authority: UUID, upload_id: UUID, offset: int, piece: Piece) -> Standing:
    """Append a piece that starts at `offset`; every byte acknowledged here survives a power cut.

    Whatever ends the body early, the bytes that came are kept; of a piece with a checksum nothing is kept unless all
    of it came as it was sent. The last byte ends the upload: the file is verified, and is here for `authority` then.

    Raises:
        NotFound: no such upload of this actor, or it was given up, expired or rejected.
        Conflict: it stands at another offset (409); it is in use, or the body ended early (423).
        Invalid: more bytes than declared, or than its kind may have (413); another length than was told (400); the
            piece does not have its checksum (460); the file is not the declared one (422).
        Refused: the disk is full or broken (503).
    """
    vault = current_vault()
    async with vault.turns.take(upload_id) as turn, _hold(cmd, vault, upload_id) as held:
        await _learn_length(cmd, vault, held, piece.length)
        tus.check_continues(offset, piece.announced, received=held.offset, length=held.end)
        if piece.checksum is None:
            ending = await _pour(turn, piece.chunks, held)
        else:
            ending = await _pour_checked(turn, piece.chunks, held, piece.checksum)
        await _keep(cmd, authority, vault, held)
        if ending is not None:
            raise ending
        return held.standing


async def standing(cmd: Command, *, authority: UUID, upload_id: UUID) -> Standing:
    """How far an upload is. One that has all its bytes but was not verified, because of a crash, is verified now.

    Raises:
        NotFound: no such upload of this actor, or its bytes turned out not to be the declared file.
        Conflict: it is in use (423).
        Refused: the disk is full or broken (503).
    """
    vault = current_vault()
    async with vault.turns.take(upload_id), _hold(cmd, vault, upload_id) as held:
        try:
            await _keep(cmd, authority, vault, held)
        except DomainError as error:
            if error.code is ProblemCode.DIGEST_MISMATCH:
                raise unknown_upload() from error
            raise
        return held.standing


class _Held:
    """An upload in hand; `staged` is None when it is complete. `last` came and is not written yet."""

    def __init__(self, vault: Vault, upload: UploadRow, staged: Staged | None) -> None:
        self.upload = upload
        self.staged = staged
        self.last: list[bytes] = []
        self._limits = vault.limits
        self._ended = staged is None
        self._touched_at = None if staged is None else staged.touched_at if staged.size else upload.created_at

    @property
    def offset(self) -> int:
        if self.staged is None or self._ended:
            return self.upload.known_length
        return self.staged.size

    @property
    def end(self) -> int:
        """Where it ends at the latest."""
        return self._limits.of(self.upload.mime) if self.upload.length is None else self.upload.length

    def note_kept(self, *, ended: bool) -> None:
        """What came is durable; `ended`: it was the whole file, and that is a blob now."""
        self._ended = ended
        if self.staged is not None and not ended and self.staged.size:
            self._touched_at = self.staged.touched_at

    @property
    def standing(self) -> Standing:
        expires = None if self._ended or self._touched_at is None else self._touched_at + self._limits.kept
        return Standing(self.upload.id, self.offset, self.upload.length, self.upload.metadata, expires)


@asynccontextmanager
async def _hold(cmd: Command, vault: Vault, upload_id: UUID) -> AsyncIterator[_Held]:
    row = await at_this_depot(cmd, vault, await _find(cmd, upload_id))
    if row is None:
        raise unknown_upload()
    if row.complete:
        yield _Held(vault, row, None)
        return
    try:
        async with vault.disk.open_staging(upload_id) as staged:
            if row.passing is not None:
                await fetch_passing(vault, row, staged)
            # Another process may have ended it since it was found. Then this file is a new, empty one: the client is
            # told an offset that is none, or sends all of it again, and finds it complete either way.
            yield _Held(vault, row, staged)
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


async def _learn_length(cmd: Command, vault: Vault, held: _Held, length: int | None) -> None:
    if length is None:
        return
    if held.upload.length is None:
        tus.check_late_length(length, received=held.offset, limit=held.end)
        if not await set_length(cmd, upload=held.upload, length=length):
            await vault.disk.discard(held.upload.id)
            raise unknown_upload()
        held.upload = replace(held.upload, length=length)
    elif length != held.upload.length:
        raise tus.other_length(held.upload.length)


async def _pour(turn: Turn, chunks: AsyncIterator[bytes], held: _Held) -> DomainError | None:
    """Write the body to the file in batches, all but the last one; returns what is to be answered when it did not end
    well.
    """
    batch, size = held.last, 0
    room = held.end - held.offset
    try:
        while (piece := await turn.read(chunks)) is not None:
            if len(piece) > room:
                batch.append(piece[:room])
                return tus.surplus(held.end)
            batch.append(piece)
            size += len(piece)
            room -= len(piece)
            if held.staged is not None and size >= BATCH:
                await held.staged.append(batch)
                batch.clear()
                size = 0
    except Interrupted:
        return busy()
    return None


async def _pour_checked(
    turn: Turn, chunks: AsyncIterator[bytes], held: _Held, checksum: Checksum
) -> DomainError | None:
    """`_pour`, and cut all of it off again when it is not what was sent."""
    hasher, begin = checksum.hasher(), held.offset

    async def watched() -> AsyncGenerator[bytes, None]:
        async for piece in chunks:
            hasher.update(piece)
            yield piece

    kept = False
    try:
        async with aclosing(watched()) as pieces:
            ending = await _pour(turn, pieces, held)
        if ending is None:
            checksum.check(hasher)
            kept = True
        return ending
    finally:
        if not kept:
            held.last.clear()
            if held.staged is not None and held.staged.size > begin:
                await held.staged.cut(begin)


async def _keep(cmd: Command, authority: UUID, vault: Vault, held: _Held) -> None:
    """Make what has arrived durable, and verify the upload when nothing is missing."""
    staged, length = held.staged, held.upload.length
    if staged is None:
        return
    try:
        ended = length is not None and staged.size + sum(map(len, held.last)) >= length
        if ended:
            with telling_no_room():
                await settle(cmd, authority, vault.disk, held.upload, staged, held.last)
        else:
            await staged.append(held.last)
            await staged.sync()
    except SyncFailed:
        # Nobody knows which bytes are on the disk: start over.
        await vault.disk.quarantine(held.upload.id)
        raise
    held.note_kept(ended=ended)


def unknown_upload() -> NotFound:
    """404: every client then starts over with a new upload."""
    return NotFound(ProblemCode.UPLOAD_UNKNOWN, "media.upload_unknown")
