"""The length of an upload that was begun without one (tus creation-defer-length)."""

from inspection.kernel.command import Command
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit_at_once
from media import store
from media.rules import UploadState
from media.store import UploadRow


async def set_length(cmd: Command, *, upload: UploadRow, length: int) -> bool:
    """Note the length of a deferred upload, once and for all; call it with the upload's turn in hand.

    False: the same file of the same device is being uploaded, or was, with this length by another upload. This one is
    given up then, and its client, told that it is unknown, finds the other by creating it again.
    """
    return await in_unit_at_once(_set_length, cmd, upload, length)


async def _set_length(cmd: Command, upload: UploadRow, length: int) -> bool:
    if await store.has_length(upload.owner, upload.digest, length):
        await store.end_upload(upload.id, UploadState.TERMINATED, cmd.now)
        await append(cmd.event(EventKind.UPLOAD_TERMINATED, f"upload:{upload.id}", digest=upload.digest))
        return False
    await store.set_length(upload.id, length)
    return True
