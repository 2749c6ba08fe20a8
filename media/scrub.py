"""Re-read everything we hold and say what is not as it should be. It changes nothing: damage is decided by a person."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from media import store
from media.rules import is_digest
from media.vault import current_vault

PAGE: Final = 200

Progress: TypeAlias = Callable[[int, int], None]
"""Told (blobs done, blobs in all) after each blob."""


class DamageKind(StrEnum):
    MISSING = "missing"  # a row without its bytes
    ALTERED = "altered"  # other bytes than the digest says
    ORPHAN = "orphan"  # bytes without a row: a crash between the two, or something foreign


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong. `name` is a digest, or a foreign file's name; `found` the SHA-256 of what lies there."""

    kind: DamageKind
    name: str
    found: str | None = None


async def verify_store(progress: Progress | None = None) -> AsyncIterator[Damage]:
    """Hash every blob from the disk and compare; then look for files that no row knows."""
    disk = current_vault().disk
    total, done, last = await store.count_blobs(), 0, ""
    while page := await store.blobs_after(last, PAGE):
        for blob in page:
            found = await disk.rehash(blob.digest)
            if found is None:
                yield Damage(DamageKind.MISSING, blob.digest)
            elif found != blob.digest:
                yield Damage(DamageKind.ALTERED, blob.digest, found)
            done += 1
            if progress is not None:
                progress(done, max(total, done))
        last = page[-1].digest
    names = await disk.shelved()
    rows = await store.known([name for name in names if is_digest(name)])
    for name in names:
        if name not in rows:
            yield Damage(DamageKind.ORPHAN, name)
