"""Forget uploads of which nothing has come for a week (tus expiration)."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import structlog

from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media import store
from media.depots import lies_elsewhere
from media.pass_on import forget_passing
from media.rules import UploadState
from media.staging import Locked
from media.store import UploadRow
from media.vault import Vault, current_vault

PAGE: Final = 200

log = structlog.get_logger("fieldcheck.media")


async def expire_uploads(cmd: Command) -> int:
    """Give up every unfinished upload whose last byte is older than an upload is kept; how many there were.

    When the last byte came is told by the staging file alone. It is repeated harmlessly: an upload in use is left to
    whoever uses it, and a crash leaves a file that the next collection finds.
    """
    vault = current_vault()
    before = cmd.now - vault.limits.kept
    count = 0
    async for upload in _older(before):
        touched = await vault.disk.touched_at(upload.id)
        if touched is None and await lies_elsewhere(vault, upload.depot):
            continue  # that depot knows when the last byte came
        if (touched or upload.created_at) < before and await _expire(cmd, vault, upload, before):
            count += 1
    return count


async def _older(before: datetime) -> AsyncIterator[UploadRow]:
    last = None
    while page := await store.running_before(before, last, PAGE):
        for row in page:
            yield row
        last = (page[-1].created_at, page[-1].id)


async def _expire(cmd: Command, vault: Vault, upload: UploadRow, before: datetime) -> bool:
    try:
        async with vault.turns.take(upload.id), vault.disk.open_staging(upload.id) as staged:
            # Bytes may have come while this waited for them.
            if staged.size and staged.touched_at >= before:
                return False
            ended = await in_unit(_end, cmd, upload)
            await staged.remove()
            await forget_passing(vault, upload)
            return ended
    except (Locked, DomainError, OSError) as error:
        log.warning("an upload does not expire now", upload=str(upload.id), error=type(error).__name__)
        return False


async def _end(cmd: Command, upload: UploadRow) -> bool:
    if not await store.end_upload(upload.id, UploadState.EXPIRED, cmd.now):
        return False
    await append(cmd.event(EventKind.UPLOAD_EXPIRED, f"upload:{upload.id}", digest=upload.digest))
    return True
