"""The end of an upload: all bytes are here; are they the file that was declared?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import Event, EventKind
from inspection.kernel.signals import Counted, count
from inspection.kernel.unit_of_work import in_unit, in_unit_at_once
from media import store, store_depots, store_facts
from media.disk import Disk, Shelved
from media.files import to_its_end
from media.reading import is_elsewhere
from media.rules import UploadState
from media.staging import Staged
from media.store import BlobRow, UploadRow
from media.vault import current_vault
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class _Verified:
    """What the bytes hash to; `shelved` is None when that is not what was declared."""

    digest: str
    shelved: Shelved | None


async def settle(
    cmd: Command, authority: UUID, disk: Disk, upload: UploadRow, staged: Staged, last: Sequence[bytes] = ()
) -> None:
    """Append the `last` pieces of an upload, verify it and make its bytes a blob of `authority`, or reject it. Call it
    with the upload's turn in hand.

    It may be repeated after a crash at any point: the staging file goes last.

    Raises:
        SyncFailed, OSError: the disk is full or broken.
        Invalid: the bytes do not have the declared SHA-256; they are in quarantine, the upload is unknown from now on.
    """
    verified = await to_its_end(asyncio.to_thread(_verify_now, disk, upload.digest, staged, last))
    if verified.shelved is None:
        await disk.quarantine(upload.id)
        await in_unit(_reject, cmd, upload, verified.digest)
        count(Counted.UPLOAD, "refused")
        raise Invalid(
            ProblemCode.DIGEST_MISMATCH, "media.digest_mismatch", declared=upload.digest, found=verified.digest
        )
    healed = await has_healed(verified.shelved, upload.digest, known=upload.known)
    await in_unit_at_once(_complete, cmd, authority, upload, healed)
    count(Counted.UPLOAD, "completed")
    await staged.remove()


def _verify_now(disk: Disk, digest: str, staged: Staged, last: Sequence[bytes]) -> _Verified:
    # All in one hop. The staging name need not be durable: the blob's is, before anybody is told.
    staged.append_now(last)
    staged.sync_data_now()
    found = staged.digest_now()
    return _Verified(found, disk.shelve_now(staged.path, digest) if found == digest else None)


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that are on the disk. `length` in bytes; `authority`: for which they are here, None: for none."""

    digest: str
    length: int
    mime: str
    authority: UUID | None


@dataclass(frozen=True, slots=True)
class Added:
    """What the journal is to tell of them. `again`: they were here for others only, and `events` tell nothing of who
    brought them now: a file's stream is one for all who have the file.
    """

    events: list[Event]
    again: bool


async def record_blob(cmd: Command, *, digest: str, length: int, mime: str, healed: bool) -> None:
    """Let a row and the journal speak of bytes that are on the disk, for the command's authority; in a unit of work.

    `healed`: there was a row, but its bytes were gone or damaged, and these took their place.
    """
    await append(*(await add_blob(cmd, Kept(digest, length, mime, cmd.authority), healed=healed)).events)


async def add_blob(cmd: Command, blob: Kept, *, healed: bool) -> Added:
    """`record_blob`, whose caller writes the journal's lines together with others of his."""
    digest, length = blob.digest, blob.length
    row = BlobRow(id=cmd.new_id(), digest=digest, length=length, mime=blob.mime, stored_at=cmd.now, probe=None)
    stream = f"media:{digest}"
    depot = current_vault().disk.depot
    fresh = await store.add_blob(row, cmd.actor.id, depot)
    claimed = blob.authority is not None and await store_facts.add_claim(blob.authority, digest, cmd.now)
    if fresh:
        told = cmd.event(EventKind.BLOB_STORED, stream, digest=digest, length=length, mime=blob.mime)
        return Added([told], again=False)
    if healed:
        await store_depots.set_depot(digest, depot)
    mended = [cmd.event(EventKind.BLOB_HEALED, stream, digest=digest, length=length)] if healed else []
    return Added(mended, again=claimed)


async def has_healed(shelved: Shelved, digest: str, *, known: bool) -> bool:
    """Whether bytes took the place of gone or damaged ones. `known`: there was a row. What another authority brought
    need not lie on this disk: then nothing was wrong.
    """
    if not known or shelved is Shelved.KNOWN:
        return False
    return shelved is Shelved.HEALED or not await is_elsewhere(digest)


def begun_event(cmd: Command, upload: UploadRow, *, stored: bool) -> Event:
    """An upload begins; `stored`: its file was here already."""
    facts: dict[str, JSON] = {"digest": upload.digest, "length": upload.length, "mime": upload.mime, "stored": stored}
    return cmd.event(EventKind.UPLOAD_CREATED, f"upload:{upload.id}", lane=None, **facts)


async def _complete(cmd: Command, authority: UUID, upload: UploadRow, healed: bool) -> None:
    blob = Kept(upload.digest, upload.known_length, upload.mime, authority)
    events = (await add_blob(cmd, blob, healed=healed)).events
    if await store.end_upload(upload.id, UploadState.COMPLETE, cmd.now):
        events.append(cmd.event(EventKind.UPLOAD_COMPLETED, f"upload:{upload.id}", digest=upload.digest))
    await append(*events)


async def _reject(cmd: Command, upload: UploadRow, found: str) -> None:
    await store.end_upload(upload.id, UploadState.REJECTED, cmd.now)
    facts = {"declared": upload.digest, "found": found}
    await append(cmd.event(EventKind.UPLOAD_REJECTED, f"upload:{upload.id}", **facts))
