"""Begin an upload. Repeating it is harmless: the same file of the same device finds the upload that is there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media import store
from media.receive import receive, standing
from media.rules import UploadState
from media.store import UploadRow
from media.turns import busy
from media.tus import Creation
from media.vault import Vault, current_vault, telling_no_room
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Created:
    """A begun upload; `offset` in bytes when something is known to be there, else the client asks or sends."""

    id: UUID
    offset: int | None


async def create_upload(
    cmd: Command, *, creation: Creation, chunks: AsyncIterator[bytes] | None = None, announced: int | None = None
) -> Created:
    """Begin the upload of a declared file, with its first bytes when `chunks` are given.

    A file we hold already is complete at once; so is an empty one.

    Raises:
        Invalid: the digest is known with another length (400), too many bytes (413), wrong bytes (422).
        Refused: the disk is nearly full (503).
        Conflict: the first bytes ended early, or a repeated creation runs at the same moment (423).
    """
    vault = current_vault()
    await vault.check_room()
    if announced is not None and announced > creation.length:
        raise Invalid(ProblemCode.TOO_LARGE, "media.surplus", limit=creation.length)
    stored = await _is_stored(vault, creation)
    with telling_no_room():
        row = await in_unit(_claim, cmd, creation, stored)
        if row.complete and not await vault.disk.holds(row.digest, row.length):
            row = await in_unit(_reopen, cmd, row)
    if row.complete:
        await vault.disk.discard(row.id)
        return Created(row.id, row.length)
    if chunks is None and row.length > 0:
        return Created(row.id, None)
    try:
        taken = await receive(cmd, upload_id=row.id, offset=0, chunks=chunks or _nothing(), announced=announced)
    except Conflict as error:
        if error.code is not ProblemCode.UPLOAD_OFFSET:
            raise
        # A repeated creation with its first bytes: they are here already.
        taken = await standing(cmd, upload_id=row.id)
    return Created(row.id, taken.offset)


async def _is_stored(vault: Vault, creation: Creation) -> bool:
    blob = await store.blob(creation.digest)
    if blob is None:
        return False
    if blob.length != creation.length:
        raise Invalid(ProblemCode.UPLOAD_METADATA, "media.length_differs", known=blob.length)
    # A row whose bytes are gone or cut short must not stop the tablet that still has them.
    return await vault.disk.holds(blob.digest, blob.length)


async def _claim(cmd: Command, creation: Creation, stored: bool) -> UploadRow:
    fresh = UploadRow(
        id=cmd.new_id(),
        owner=cmd.actor.id,
        digest=creation.digest,
        length=creation.length,
        mime=creation.mime,
        metadata=creation.metadata,
        state=UploadState.COMPLETE if stored else UploadState.RECEIVING,
        created_at=cmd.now,
    )
    if await store.add_upload(fresh):
        await append(
            cmd.event(
                EventKind.UPLOAD_CREATED,
                f"upload:{fresh.id}",
                digest=fresh.digest,
                length=fresh.length,
                mime=fresh.mime,
                stored=stored,
            )
        )
        return fresh
    found = await store.live_upload(cmd.actor.id, creation.digest, creation.length)
    if found is None:
        raise busy()
    if stored and await store.end_upload(found.id, UploadState.COMPLETE, cmd.now):
        # The same file came whole by another upload meanwhile.
        await append(cmd.event(EventKind.UPLOAD_COMPLETED, f"upload:{found.id}", digest=found.digest))
        return replace(found, state=UploadState.COMPLETE)
    return found


async def _reopen(cmd: Command, row: UploadRow) -> UploadRow:
    # The bytes it brought are gone or cut short, and here is the tablet that still has them.
    await store.reopen_upload(row.id)
    await append(cmd.event(EventKind.UPLOAD_REOPENED, f"upload:{row.id}", digest=row.digest))
    return replace(row, state=UploadState.RECEIVING)


async def _nothing() -> AsyncIterator[bytes]:
    no_pieces: tuple[bytes, ...] = ()
    for piece in no_pieces:
        yield piece
