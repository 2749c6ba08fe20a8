"""Bring every stored file to the object store. The outbox is the column `blob.remote_at`: where it is empty, send.

No job of the worker: a job is given up after some minutes, and one that waits for a network would keep the others from
being done; an object store may be away for days.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import structlog

from inspection.kernel.apart import apart
from inspection.kernel.command import Command
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media import store_remote
from media.damage import Damage, DamageKind, note_damage
from media.depots import lies_elsewhere
from media.files import alone
from media.reading import Local, look
from media.remote import Remote, RemoteAway, Seen
from media.store_remote import FIRST, KeptRow
from media.vault import Vault, current_vault

PAGE: Final = 64
AT_ONCE: Final = 2

Advance: TypeAlias = Callable[[int], None]
"""Told how many more files were tried."""

log = structlog.get_logger("fieldcheck.media")


@dataclass(frozen=True, slots=True)
class Round:
    """What one round over the outbox did. `away`: it ended early, because the object store does not answer."""

    sent: int = 0
    failed: int = 0
    away: bool = False


async def replicate_waiting(
    make: Callable[[], Command], advance: Advance | None = None, stopped: Callable[[], bool] = lambda: False
) -> Round:
    """Send all files that the object store is not known to hold; nothing without an object store, or while another
    process is at it. A file that cannot be sent does not keep the others waiting, and is tried again the next time.

    It ends early when `stopped` says so; what is being sent is finished.
    """
    vault = current_vault()
    if vault.remote is None:
        return Round()
    async with alone(vault.disk.root / "replicate.lock") as mine:
        return await _round(make, vault, vault.remote, advance, stopped) if mine else Round()


async def replicate(cmd: Command, digest: str) -> bool:
    """Send one file, read it back and write that down; False when there is nothing to do, or its bytes are damaged.

    May be repeated after a crash at any point.

    Raises:
        RemoteAway: it did not come to be there.
    """
    vault = current_vault()
    row = await store_remote.kept(digest)
    if vault.remote is None or row is None or row.remote_at is not None:
        return False
    return await _send(cmd, vault, vault.remote, row)


async def _round(
    make: Callable[[], Command],
    vault: Vault,
    remote: Remote,
    advance: Advance | None,
    stopped: Callable[[], bool],
) -> Round:
    sent = failed = 0
    last = FIRST
    while page := await store_remote.unreplicated_after(last, PAGE):
        for start in range(0, len(page), AT_ONCE):
            some = [row for row in page[start : start + AT_ONCE] if not await _is_anothers(vault, row)]
            told = await _some(make, vault, remote, some)
            sent += sum(one is True for one in told)
            failed += sum(one is False for one in told)
            if advance is not None:
                advance(len(some))
            if None in told or stopped():
                return Round(sent, failed, away=None in told)
        last = page[-1].id
    return Round(sent, failed)


async def _is_anothers(vault: Vault, row: KeptRow) -> bool:
    """Whether another machine's worker is to send it, because only that machine's disk has it."""
    if row.depot in {None, vault.disk.depot} or await vault.disk.holds(row.digest, row.length):
        return False
    return await lies_elsewhere(vault, row.depot)


async def _some(
    make: Callable[[], Command], vault: Vault, remote: Remote, rows: Sequence[KeptRow]
) -> list[bool | None]:
    async def one(row: KeptRow) -> bool | None:
        told = await apart(attempt(row), "a file cannot be replicated", f"media:{row.digest}")
        return False if isinstance(told, Exception) else told

    async def attempt(row: KeptRow) -> bool | None:
        try:
            return await _send(make(), vault, remote, row)
        except RemoteAway as error:
            log.warning("a file is not replicated", reason=str(error))
            return None

    return list(await asyncio.gather(*map(one, rows)))


async def _send(cmd: Command, vault: Vault, remote: Remote, row: KeptRow) -> bool:
    # What a killed process has sent already need not be sent again.
    seen = await _good(remote, row)
    if seen is None:
        state, found = await look(vault, row)
        if state is not Local.GOOD:
            kind = DamageKind.MISSING if state is Local.GONE else DamageKind.ALTERED
            await note_damage(cmd, Damage(kind, row.digest, found))
            return False
        await remote.put(row.digest, vault.disk.blob_path(row.digest), row.length)
        seen = await _good(remote, row)
    if seen is None:
        raise RemoteAway("what was sent is not what lies there")
    await in_unit(_record, cmd, row.digest, seen)
    return True


async def _good(remote: Remote, row: KeptRow) -> Seen | None:
    """What lies there, if it is this file to its last byte."""
    seen = await remote.head(row.digest)
    if seen is None or seen.length != row.length:
        return None
    seen = await remote.measure(row.digest)
    return seen if seen is not None and seen.sha256 == row.digest else None


async def _record(cmd: Command, digest: str, seen: Seen) -> None:
    if await store_remote.set_remote(digest, cmd.now, seen.tag):
        stream = f"media:{digest}"
        await append(cmd.event(EventKind.BLOB_REPLICATED, stream, digest=digest, length=seen.length, tag=seen.tag))
