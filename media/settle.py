"""The end of an upload: all bytes are here; are they the file that was declared?"""

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media import store
from media.disk import Disk, Shelved
from media.rules import UploadState
from media.staging import Staged
from media.store import BlobRow, UploadRow
from mobile_contract.problems import ProblemCode


async def settle(cmd: Command, disk: Disk, upload: UploadRow, staged: Staged) -> None:
    """Verify a finished, synced upload and make its bytes a blob, or reject it. Call it with the upload's turn in hand.

    It may be repeated after a crash at any point: the staging file goes last.

    Raises:
        Invalid: the bytes do not have the declared SHA-256; they are in quarantine, the upload is unknown from now on.
    """
    found = await staged.digest()
    if found != upload.digest:
        await disk.quarantine(upload.id)
        await in_unit(_reject, cmd, upload, found)
        raise Invalid(ProblemCode.DIGEST_MISMATCH, "media.digest_mismatch", declared=upload.digest, found=found)
    known = await store.blob(upload.digest) is not None
    shelved = await disk.shelve(upload.id, upload.digest)
    await in_unit(_complete, cmd, upload, known and shelved is not Shelved.KNOWN)
    await disk.discard(upload.id)


async def record_blob(cmd: Command, *, digest: str, length: int, mime: str, healed: bool) -> None:
    """Let a row and the journal speak of bytes that are on the disk; inside a unit of work.

    `healed`: there was a row, but its bytes were gone or damaged, and these took their place.
    """
    row = BlobRow(id=cmd.new_id(), digest=digest, length=length, mime=mime, stored_at=cmd.now, probe=None)
    stream = f"media:{digest}"
    if await store.add_blob(row, cmd.actor.id):
        await append(cmd.event(EventKind.BLOB_STORED, stream, digest=digest, length=length, mime=mime))
    elif healed:
        await append(cmd.event(EventKind.BLOB_HEALED, stream, digest=digest, length=length))


async def _complete(cmd: Command, upload: UploadRow, healed: bool) -> None:
    await record_blob(cmd, digest=upload.digest, length=upload.length, mime=upload.mime, healed=healed)
    if await store.end_upload(upload.id, UploadState.COMPLETE, cmd.now):
        await append(cmd.event(EventKind.UPLOAD_COMPLETED, f"upload:{upload.id}", digest=upload.digest))


async def _reject(cmd: Command, upload: UploadRow, found: str) -> None:
    await store.end_upload(upload.id, UploadState.REJECTED, cmd.now)
    facts = {"declared": upload.digest, "found": found}
    await append(cmd.event(EventKind.UPLOAD_REJECTED, f"upload:{upload.id}", **facts))
