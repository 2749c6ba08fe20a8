"""Free the disk of originals that the object store holds, by setting. Each is read back and compared once more."""

import hashlib
from collections.abc import Callable
from typing import Final

import structlog

from inspection.kernel.apart import apart
from inspection.kernel.command import Command
from media import store_holds, store_remote
from media.damage import Damage, DamageKind, Place, note_damage
from media.files import alone
from media.remote import Remote, RemoteAway
from media.removal import LOCK, Removal, Rule, finish_removals, take_away
from media.rules import is_digest
from media.second_digest import NAME
from media.store_remote import KeptRow
from media.vault import current_vault

PAGE: Final = 500

log = structlog.get_logger("fieldcheck.media")


def may_go(row: KeptRow, *, held: bool) -> bool:
    """Whether nothing here needs the file any more: sent and compared, looked at, hashed, and not held. Pure."""
    hashed = row.sm3 is not None or NAME not in hashlib.algorithms_available
    return row.remote_at is not None and hashed and row.looked_at and not held


async def evict_replicated(make: Callable[[], Command], stopped: Callable[[], bool] = lambda: False) -> int:
    """Remove from the disk what may go; how many files. Nothing without the setting, or while nobody answers there.
    A file that cannot go does not keep the others here, and is tried again the next time.

    It ends early when `stopped` says so.
    """
    vault = current_vault()
    remote = vault.remote
    if remote is None or not remote.settings.evict:
        return 0
    async with alone(vault.disk.root / LOCK) as mine:
        return await _round(make, remote, stopped) if mine else 0


async def _round(make: Callable[[], Command], remote: Remote, stopped: Callable[[], bool]) -> int:
    vault = current_vault()
    await finish_removals()
    names = [name for name in await vault.disk.shelved() if is_digest(name)]
    gone = 0
    for start in range(0, len(names), PAGE):
        page = names[start : start + PAGE]
        rows, held = await store_remote.kept_of(page), await store_holds.held_of(page)
        for row in rows.values():
            if stopped():
                return gone
            if may_go(row, held=row.digest in held):
                told = await apart(_attempt(make(), remote, row), "a file cannot be evicted", f"media:{row.digest}")
                if told is None:
                    return gone
                gone += told is True
    return gone


async def _attempt(cmd: Command, remote: Remote, row: KeptRow) -> bool | None:
    """Whether it went; None: nobody answers there."""
    try:
        return await _evict(cmd, remote, row)
    except RemoteAway as error:
        log.warning("nothing is evicted now", reason=str(error))
        return None


async def _evict(cmd: Command, remote: Remote, row: KeptRow) -> bool:
    seen = await remote.measure(row.digest)
    if seen is None or seen.sha256 != row.digest:
        kind = DamageKind.MISSING if seen is None else DamageKind.ALTERED
        await note_damage(cmd, Damage(kind, row.digest, seen.sha256 if seen else None, Place.REMOTE))
        return False
    path = current_vault().disk.blob_path(row.digest)

    async def still() -> bool:
        now = await store_remote.kept(row.digest)
        return now is not None and may_go(now, held=bool(await store_holds.held_of([row.digest])))

    return await take_away(cmd, Removal(Rule.EVICTED, path, row.length, row.digest), still)
