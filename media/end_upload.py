"""Give an upload up (tus termination)."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media import store
from media.pass_on import forget_passing
from media.receive import unknown_upload
from media.rules import UploadState
from media.staging import Locked
from media.store import UploadRow
from media.turns import busy
from media.vault import current_vault, no_room
from mobile_contract.problems import ProblemCode


async def terminate_upload(cmd: Command, *, upload_id: UUID) -> None:
    """Forget an unfinished upload and its bytes; it is unknown afterwards.

    Raises:
        NotFound: no such upload of this actor.
        Conflict: it is complete, so its bytes are evidence and stay (409); it is in use (423).
        Refused: the disk is broken (503).
    """
    vault = current_vault()
    async with vault.turns.take(upload_id):
        row = _check_open(await store.upload(upload_id, cmd.actor.id))
        try:
            async with vault.disk.open_staging(upload_id) as staged:
                await in_unit(_terminate, cmd, upload_id)
                await staged.remove()
                await forget_passing(vault, row)
        except Locked as error:
            raise busy() from error
        except OSError as error:
            raise no_room() from error


def _check_open(row: UploadRow | None) -> UploadRow:
    if row is None:
        raise unknown_upload()
    if row.complete:
        raise Conflict(ProblemCode.CONFLICT, "media.upload_complete")
    return row


async def _terminate(cmd: Command, upload_id: UUID) -> None:
    row = _check_open(await store.upload(upload_id, cmd.actor.id))
    await store.end_upload(upload_id, UploadState.TERMINATED, cmd.now)
    await append(cmd.event(EventKind.UPLOAD_TERMINATED, f"upload:{upload_id}", digest=row.digest))
