"""Begin an upload. Repeating it is harmless: the same file of the same device finds the upload that is there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit_at_once
from media import store, store_facts, tus
from media.quota import check_quota
from media.reading import is_at_hand
from media.receive import Piece, receive, standing
from media.rules import UploadState
from media.settle import begun_event
from media.store import UploadRow
from media.store_facts import FoundBlob
from media.turns import busy
from media.tus import Creation
from media.vault import Vault, current_vault, telling_no_room
from media.whole import gather, take_whole
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Created:
    """A begun upload; `offset` in bytes when something is known to be there, else the client asks or sends.

    `expires_at`: when it is forgotten if nothing comes, where that is known.
    """

    id: UUID
    offset: int | None
    expires_at: datetime | None = None


async def create_upload(cmd: Command, *, authority: UUID, creation: Creation, piece: Piece | None = None) -> Created:
    """Begin the upload of a declared file for an authority, with its first bytes when a `piece` is given.

    A file that is here for it already is complete at once; so is an empty one, and a small one that comes with
    its creation.

    Raises:
        Invalid: the digest is known with another length (400), too many bytes (413), wrong bytes (422), a piece that
            does not have its checksum (460).
        Refused: the disk is nearly full, or the device has too much open (503).
        Conflict: the first bytes ended early, or a repeated creation runs at the same moment (423).
    """
    vault = current_vault()
    await vault.check_room()
    if piece is not None:
        limit = vault.limits.of(creation.mime) if creation.length is None else creation.length
        tus.check_continues(0, piece.announced, received=0, length=limit)
    blob = await store_facts.find(creation.digest, authority)
    stored = await _stored_length(creation, blob)
    if stored is None and piece is not None and _comes_whole(vault, creation, piece):
        piece, data = await gather(piece)
        if data is not None:
            begun = await take_whole(cmd, authority, vault, creation, data, known=blob is not None)
            if begun is not None:
                return Created(begun, creation.length)
    with telling_no_room():
        row = await in_unit_at_once(_claim, cmd, vault, creation, stored)
        if row.complete and stored is None and not await _is_here(authority, row):
            row = await in_unit_at_once(_reopen, cmd, vault, row)
    if row.complete:
        await vault.disk.discard(row.id)
        return Created(row.id, row.length)
    return await _first_bytes(cmd, authority, vault, row, piece)


async def _first_bytes(cmd: Command, authority: UUID, vault: Vault, row: UploadRow, piece: Piece | None) -> Created:
    if piece is None and row.length != 0:
        return Created(row.id, None, row.created_at + vault.limits.kept)
    try:
        first = piece or Piece(_nothing())
        taken = await receive(cmd, authority=authority, upload_id=row.id, offset=0, piece=first)
    except Conflict as error:
        if error.code is not ProblemCode.UPLOAD_OFFSET:
            raise
        # A repeated creation with its first bytes: they are here already.
        taken = await standing(cmd, authority=authority, upload_id=row.id)
    return Created(row.id, taken.offset, taken.expires_at)


def _comes_whole(vault: Vault, creation: Creation, piece: Piece) -> bool:
    size = piece.announced or 0
    return 0 < size <= vault.limits.small and size == creation.length


async def _stored_length(creation: Creation, blob: FoundBlob | None) -> int | None:
    """How long the file is when it is here for who asks; what others have is as unknown as what nobody has."""
    if blob is None or not blob.claimed:
        return None
    if creation.length not in {None, blob.length}:
        raise Invalid(ProblemCode.UPLOAD_METADATA, "media.length_differs", known=blob.length)
    # A row whose bytes are gone or cut short must not stop the tablet that still has them.
    return blob.length if await is_at_hand(creation.digest, blob.length) else None


async def _is_here(authority: UUID, row: UploadRow) -> bool:
    blob = await store_facts.find(row.digest, authority)
    return blob is not None and blob.claimed and await is_at_hand(row.digest, blob.length)


async def _claim(cmd: Command, vault: Vault, creation: Creation, stored: int | None) -> UploadRow:
    length = creation.length if stored is None else stored
    found = await store.live_upload(cmd.actor.id, creation.digest, length)
    if found is None:
        fresh = UploadRow(
            id=cmd.new_id(),
            owner=cmd.actor.id,
            digest=creation.digest,
            length=length,
            mime=creation.mime,
            metadata=creation.metadata,
            state=UploadState.RECEIVING if stored is None else UploadState.COMPLETE,
            created_at=cmd.now,
            depot=vault.disk.depot,
        )
        if await store.add_upload(fresh):
            return await _began(cmd, vault, fresh)
        found = await store.live_upload(cmd.actor.id, creation.digest, length)
        if found is None:
            raise busy()
    return await _found(cmd, found, length, stored)


async def _began(cmd: Command, vault: Vault, row: UploadRow) -> UploadRow:
    if not row.complete:
        await check_quota(vault.limits, row)
    await append(begun_event(cmd, row, stored=row.complete))
    return row


async def _found(cmd: Command, found: UploadRow, length: int | None, stored: int | None) -> UploadRow:
    if found.length is None and length is not None:
        # It was begun before its length was known; now it is.
        await store.set_length(found.id, length)
        found = replace(found, length=length)
    if stored is not None and await store.end_upload(found.id, UploadState.COMPLETE, cmd.now):
        # The same file came whole by another upload meanwhile.
        await append(cmd.event(EventKind.UPLOAD_COMPLETED, f"upload:{found.id}", digest=found.digest))
        return replace(found, state=UploadState.COMPLETE)
    return found


async def _reopen(cmd: Command, vault: Vault, row: UploadRow) -> UploadRow:
    # The bytes it brought are gone or cut short, and here is the tablet that still has them.
    await store.reopen_upload(row.id, vault.disk.depot)
    await append(cmd.event(EventKind.UPLOAD_REOPENED, f"upload:{row.id}", digest=row.digest))
    return replace(row, state=UploadState.RECEIVING, depot=vault.disk.depot)


async def _nothing() -> AsyncIterator[bytes]:
    no_pieces: tuple[bytes, ...] = ()
    for piece in no_pieces:
        yield piece
