"""Small files that come in one request: kept at once, without a staging that anybody could resume."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import Event, EventKind
from inspection.kernel.signals import Counted, count
from inspection.kernel.unit_of_work import in_unit_at_once
from media import store, store_facts, tus
from media.disk import Disk, Shelved
from media.files import to_its_end
from media.reading import is_at_hand
from media.receive import Piece
from media.rules import UploadState
from media.settle import Kept, add_blob, begun_event, has_healed
from media.store import UploadRow
from media.turns import Interrupted, Turn, busy
from media.tus import Creation
from media.vault import Vault, current_vault, no_room, telling_no_room
from mobile_contract.problems import ProblemCode


async def gather(piece: Piece) -> tuple[Piece, bytes | None]:
    """The bytes of a piece that is the whole file; `None` when they did not all come as they were announced, or not as
    their checksum says. The piece that is returned brings them once more, and ends as they ended.
    """
    parts: list[bytes] = []
    ended = True
    turn = Turn()
    try:
        while (part := await turn.read(piece.chunks)) is not None:
            parts.append(part)
    except Interrupted:
        ended = False
    data = b"".join(parts)
    again = replace(piece, chunks=_again(data, ended=ended))
    if not ended or len(data) != piece.announced:
        return again, None
    if piece.checksum is not None:
        hasher = piece.checksum.hasher()
        hasher.update(data)
        piece.checksum.check(hasher)
    return again, data


async def _again(data: bytes, *, ended: bool) -> AsyncIterator[bytes]:
    yield data
    if not ended:
        raise Interrupted


async def take_whole(
    cmd: Command, authority: UUID, vault: Vault, creation: Creation, data: bytes, *, known: bool
) -> UUID | None:
    """Keep a whole file that came with its creation for an authority; the id of its upload. `None`: it is another file
    than declared. `known`: there was a row of a stored file with this digest, whoever brought it.

    Raises:
        Refused: the disk is full or broken (503).
    """
    shelved = await _shelve(cmd, vault, creation.digest, data)
    if shelved is None:
        return None
    blob = Kept(creation.digest, len(data), creation.mime, authority)
    with telling_no_room():
        healed = await has_healed(shelved, creation.digest, known=known)
        upload, fresh = await in_unit_at_once(_record_upload, cmd, blob, creation.metadata, healed)
    count(Counted.UPLOAD, "completed")
    if not fresh:
        await vault.disk.discard(upload)  # what had come of it before
    return upload


async def take_small(cmd: Command, *, authority: UUID, digest: str, mime: str, piece: Piece) -> bool:
    """Keep a small file that came by its digest for an authority; False when it was here for it already, and then
    nothing of it is read.

    Raises:
        Invalid: more bytes than a small file may have (413); another file than its name says (422).
        Conflict: the body ended early (423).
        Refused: the disk is nearly full, full or broken (503).
    """
    vault = current_vault()
    blob = await store_facts.find(digest, authority)
    if blob is not None and blob.claimed and await is_at_hand(digest, blob.length):
        return False
    await vault.check_room()
    data = await _read_small(piece, vault.limits.small)
    shelved = await _shelve(cmd, vault, digest, data)
    if shelved is None:
        found = hashlib.sha256(data).hexdigest()
        count(Counted.UPLOAD, "refused")
        raise Invalid(ProblemCode.DIGEST_MISMATCH, "media.digest_differs", declared=digest, found=found)
    with telling_no_room():
        healed = await has_healed(shelved, digest, known=blob is not None)
        await in_unit_at_once(_record_small, cmd, Kept(digest, len(data), mime, authority), healed)
    count(Counted.UPLOAD, "completed")
    return True


async def _read_small(piece: Piece, limit: int) -> bytes:
    tus.check_length(piece.announced or 0, limit)
    data = bytearray()
    turn = Turn()
    try:
        while (part := await turn.read(piece.chunks)) is not None:
            data += part
            tus.check_length(len(data), limit)
    except Interrupted as error:
        raise busy() from error
    return bytes(data)


async def _shelve(cmd: Command, vault: Vault, digest: str, data: bytes) -> Shelved | None:
    """What was found on the shelf; `None` when these are other bytes.

    Raises:
        Refused: the disk is full or broken (503).
    """
    try:
        return await to_its_end(asyncio.to_thread(_shelve_now, vault.disk, cmd.new_id(), digest, data))
    except OSError as error:
        raise no_room() from error


def _shelve_now(disk: Disk, name: UUID, digest: str, data: bytes) -> Shelved | None:
    if hashlib.sha256(data).hexdigest() != digest:
        return None
    return disk.shelve_bytes_now(name, data, digest)


async def _record_small(cmd: Command, blob: Kept, healed: bool) -> None:
    added = await add_blob(cmd, blob, healed=healed)
    events = added.events
    if added.again:
        # The file's own stream began with others: who brought it now is told in one of his own.
        receipt = _ended(cmd, blob, "", UploadState.BROUGHT)
        await store.add_upload(receipt)
        events += [begun_event(cmd, receipt, stored=False), _completed(cmd, receipt)]
    await append(*events)


async def _record_upload(cmd: Command, blob: Kept, metadata: str, healed: bool) -> tuple[UUID, bool]:
    upload = fresh = _ended(cmd, blob, metadata, UploadState.COMPLETE)
    events = (await add_blob(cmd, blob, healed=healed)).events
    if await store.add_upload(fresh):
        events.append(begun_event(cmd, fresh, stored=False))
    else:
        found = await store.live_upload(fresh.owner, fresh.digest, blob.length)
        if found is None:
            raise busy()
        upload = found
    if upload is fresh or await store.end_upload(upload.id, UploadState.COMPLETE, cmd.now):
        events.append(_completed(cmd, upload))
    await append(*events)
    return upload.id, upload is fresh


def _ended(cmd: Command, blob: Kept, metadata: str, state: UploadState) -> UploadRow:
    return UploadRow(
        id=cmd.new_id(),
        owner=cmd.actor.id,
        digest=blob.digest,
        length=blob.length,
        mime=blob.mime,
        metadata=metadata,
        state=state,
        created_at=cmd.now,
        depot=current_vault().disk.depot,
    )


def _completed(cmd: Command, upload: UploadRow) -> Event:
    return cmd.event(EventKind.UPLOAD_COMPLETED, f"upload:{upload.id}", digest=upload.digest)
