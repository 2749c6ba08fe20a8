"""An upload goes on at another machine than the one that has what has come of it.

Whoever gets the request asks the depot that has the upload. That one stops whoever works on it, puts what has come into
the object store and lets go; the next request brings it here and goes on. A client that stays at one machine never
waits for the object store.
"""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.database import speaks_postgres
from inspection.kernel.errors import DomainError
from inspection.kernel.unit_of_work import in_unit
from media import store, store_depots
from media.depots import answers
from media.files import BATCH
from media.remote import NotThere, Remote, RemoteAway
from media.staging import Locked, Staged, SyncFailed
from media.store import UploadRow
from media.turns import busy
from media.vault import Vault, current_vault

PATIENCE_S: Final = 3.0
"""How long a request waits for an upload to be handed over; then it is told that the upload is in use."""
LOOK_S: Final = 0.2

log = structlog.get_logger("fieldcheck.media")


async def at_this_depot(cmd: Command, vault: Vault, row: UploadRow) -> UploadRow | None:
    """The upload as one of this depot's; None: it ended meanwhile. Call it with the upload's turn in hand.

    Raises:
        Conflict: the depot that has it has not let go yet (423).
    """
    mine = vault.disk.depot
    if row.depot in {None, mine} or not speaks_postgres():
        return row
    if vault.remote is None or not await answers(vault, row.depot):
        log.warning("an upload begins anew: nobody answers where it was", upload=str(row.id), place=row.depot)
        await in_unit(store_depots.take, row.id, str(row.depot), mine)
    else:
        await in_unit(store_depots.want, row.id, str(row.depot), mine)
    return await _handed_over(cmd, mine, row)


async def _handed_over(cmd: Command, mine: str, row: UploadRow) -> UploadRow | None:
    for _ in range(round(PATIENCE_S / LOOK_S)):
        found = await store.upload(row.id, cmd.actor.id)
        if found is None or found.depot == mine or found.complete:
            return found
        await asyncio.sleep(LOOK_S)
    raise busy()


async def fetch_passing(vault: Vault, row: UploadRow, staged: Staged) -> None:
    """Bring what was handed over into the upload's file, which this request holds alone.

    Raises:
        Conflict: it cannot be brought now (423).
    """
    now = await store.upload(row.id, row.owner)
    if now is None or now.passing is None or vault.remote is None:
        return
    try:
        await staged.cut(0)
        await _fetch(vault.remote, row.id, now.passing, staged)
    except NotThere:
        log.warning("an upload begins anew: what had come of it is gone", upload=str(row.id))
    except RemoteAway as error:
        log.warning("what has come of an upload is not here yet", upload=str(row.id), error=type(error).__name__)
        raise busy() from error
    await in_unit(store_depots.arrived, row.id, vault.disk.depot)
    await vault.remote.drop_passing(row.id)


async def _fetch(remote: Remote, upload: UUID, length: int, staged: Staged) -> None:
    batch: list[bytes] = []
    async for piece in remote.passing(upload, length):
        batch.append(piece)
        if sum(map(len, batch)) >= BATCH:
            await staged.append(batch)
            batch = []
    await staged.append(batch)
    await staged.sync()


async def forget_passing(vault: Vault, row: UploadRow) -> None:
    """Forget what is on its way of an upload that has ended: nobody comes for it."""
    if row.passing is not None and vault.remote is not None:
        await vault.remote.drop_passing(row.id)


async def hand_over_wanted() -> int:
    """Hand over the uploads that other depots ask this one for; how many. Harmless to repeat."""
    return await hand_over(current_vault())


async def hand_over(vault: Vault) -> int:
    """The same from a depot."""
    if vault.remote is None or not speaks_postgres():
        return 0
    given = 0
    for upload, wanted in await store_depots.wanted_of(vault.disk.depot):
        try:
            given += await _hand_over(vault, vault.remote, upload, wanted)
        except (RemoteAway, OSError) as error:
            log.warning("an upload is not handed over", upload=str(upload), error=type(error).__name__)
            await in_unit(store_depots.want_no_more, upload, wanted)
        except (Locked, DomainError):
            continue  # another process of this depot works on it: it has the same request before it
    return given


async def _hand_over(vault: Vault, remote: Remote, upload: UUID, wanted: str) -> bool:
    async with vault.turns.take(upload), vault.disk.open_staging(upload) as staged:
        length = staged.size
        if length:
            await _sync(vault, upload, staged)
            await remote.put_passing(upload, staged.path, length)
        given = await in_unit(store_depots.give, upload, vault.disk.depot, wanted, length or None)
        if given:
            await staged.remove()
        elif length:
            await remote.drop_passing(upload)
        return given


async def _sync(vault: Vault, upload: UUID, staged: Staged) -> None:
    try:
        await staged.sync()
    except SyncFailed:
        # Nobody knows which bytes are on the disk: start over.
        await vault.disk.quarantine(upload)
        raise
