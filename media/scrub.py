"""Re-read everything we hold and say what is not as it should be. It changes nothing: damage is decided by a person."""

from collections.abc import AsyncIterator, Callable
from typing import Final, TypeAlias

from inspection.kernel.errors import Refused
from media import store, store_remote
from media.damage import Damage, DamageKind, Place
from media.depots import lies_elsewhere
from media.remote import Remote, RemoteAway
from media.rules import is_digest
from media.store_remote import KeptRow
from media.vault import RETRY_AFTER_S, Vault, current_vault
from mobile_contract.problems import ProblemCode

PAGE: Final = 200

Progress: TypeAlias = Callable[[int, int], None]
"""Told (files done, files in all) after each file."""


async def verify_store(progress: Progress | None = None, *, remote: bool = False) -> AsyncIterator[Damage]:
    """Hash every file from the disk and compare; then look for files that no row knows.

    `remote`: read everything that the object store is said to hold, too. A file that only it holds is not missing.

    Raises:
        Refused: the object store is to be read and cannot be, or there is none (503).
    """
    vault = current_vault()
    there = _asked(vault) if remote else None
    total, done, last = await store.count_blobs(), 0, ""
    while page := await store_remote.kept_after(last, PAGE):
        for row in page:
            async for damage in _of_row(vault, row, there):
                yield damage
            done += 1
            if progress is not None:
                progress(done, max(total, done))
        last = page[-1].digest
    async for damage in _without_row(vault):
        yield damage


async def _of_row(vault: Vault, row: KeptRow, there: Remote | None) -> AsyncIterator[Damage]:
    elsewhere = vault.remote is not None and row.remote_at is not None
    try:
        found = await vault.disk.rehash(row.digest)
    except OSError:  # a disk that cannot read it
        yield Damage(DamageKind.ALTERED, row.digest)
    else:
        if found is None and not elsewhere and not await lies_elsewhere(vault, row.depot):
            yield Damage(DamageKind.MISSING, row.digest)
        elif found not in {None, row.digest}:
            yield Damage(DamageKind.ALTERED, row.digest, found)
    if there is not None and elsewhere and (damage := await _remote_damage(there, row)) is not None:
        yield damage


async def _remote_damage(remote: Remote, row: KeptRow) -> Damage | None:
    try:
        seen = await remote.measure(row.digest)
    except RemoteAway as error:
        raise Refused(ProblemCode.BUSY, "media.elsewhere_away", retry_after=RETRY_AFTER_S) from error
    if seen is None:
        return Damage(DamageKind.MISSING, row.digest, place=Place.REMOTE)
    if seen.sha256 != row.digest:
        return Damage(DamageKind.ALTERED, row.digest, seen.sha256, Place.REMOTE)
    return None


async def _without_row(vault: Vault) -> AsyncIterator[Damage]:
    names = await vault.disk.shelved()
    for start in range(0, len(names), PAGE):
        page = names[start : start + PAGE]
        rows = await store.known([name for name in page if is_digest(name)])
        # Asked once more: an upload that ended meanwhile had its name before its row.
        missing = [name for name in page if name not in rows]
        rows = await store.known([name for name in missing if is_digest(name)])
        for name in missing:
            if name not in rows:
                yield Damage(DamageKind.ORPHAN, name)


def _asked(vault: Vault) -> Remote:
    if vault.remote is None:
        raise Refused(ProblemCode.CONFLICT, "media.no_remote")
    return vault.remote
