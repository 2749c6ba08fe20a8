"""What is known of stored files, many at once: for the custody of evidence, which asks about all files of a visit; and
for which authority they are here.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.sql import bulk_insert
from media.store import PAGE
from media.tables import BlobClaim, Derivative, StoredBlob


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """A copy that was made from an original, by its name and SHA-256 (hex)."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class BlobFacts:
    """All that the store knows of the bytes of a file, the same for everybody who has them.

    `length` in bytes; `mime` is the first sender's word; `sm3` (hex) and `probe` are `None` until the background work
    has been there; `stored_by` is an actor's id; `remote_at`: since when the object store has it.
    """

    digest: str
    length: int
    mime: str
    sm3: str | None
    stored_at: datetime
    stored_by: str
    probe: Mapping[str, Any] | None
    remote_at: datetime | None
    derivatives: tuple[CopyFacts, ...]


async def facts(digests: Sequence[str]) -> dict[str, BlobFacts]:
    """What is known of those of `digests` that are stored, by digest."""
    found: dict[str, BlobFacts] = {}
    for start in range(0, len(digests), PAGE):
        found |= await _page(list(digests[start : start + PAGE]))
    return found


async def _page(digests: list[str]) -> dict[str, BlobFacts]:
    rows = await StoredBlob.select().where(StoredBlob.digest.is_in(digests))
    copies = await _copies(digests)
    return {
        row["digest"]: BlobFacts(
            digest=row["digest"],
            length=row["length"],
            mime=row["mime"],
            sm3=row["sm3"],
            stored_at=row["stored_at"],
            stored_by=row["stored_by"],
            probe=json.loads(row["probe"]) if row["probe"] else None,
            remote_at=row["remote_at"],
            derivatives=tuple(copies.get(row["digest"], ())),
        )
        for row in rows
    }


async def _copies(digests: list[str]) -> dict[str, list[CopyFacts]]:
    rows = (
        await Derivative.select(Derivative.blob.digest.as_alias("of"), Derivative.name, Derivative.digest)
        .where(Derivative.blob.digest.is_in(digests))
        .order_by(Derivative.name)
    )
    found: dict[str, list[CopyFacts]] = {}
    for row in rows:
        found.setdefault(row["of"], []).append(CopyFacts(row["name"], row["digest"]))
    return found


@dataclass(frozen=True, slots=True)
class FoundBlob:
    """A stored file as one authority asks for it. `length` in bytes; `claimed`: it is here for that authority."""

    length: int
    claimed: bool


async def find(digest: str, authority: UUID) -> FoundBlob | None:
    """Whether there is a row of this file at all, and whether it is this authority's: one statement for both."""
    rows = await ask(
        "SELECT length, EXISTS (SELECT 1 FROM blob_claim WHERE id = {}) AS claimed FROM blob WHERE digest = {}",
        _key(authority, digest),
        digest,
    )
    return FoundBlob(int(rows[0]["length"]), bool(rows[0]["claimed"])) if rows else None


async def claimed(authority: UUID, digests: Collection[str]) -> set[str]:
    """Those of `digests` that are here for this authority."""
    keys = [_key(authority, digest) for digest in sorted(digests)]
    found: set[str] = set()
    for start in range(0, len(keys), PAGE):
        page = BlobClaim.select(BlobClaim.digest).where(BlobClaim.id.is_in(keys[start : start + PAGE]))
        found.update(await page.output(as_list=True))
    return found


async def add_claim(authority: UUID, digest: str, at: datetime) -> bool:
    """Let stored bytes be here for this authority from now on; False when they were already."""
    row = {"id": _key(authority, digest), "authority": authority, "digest": digest, "claimed_at": at}
    return await bulk_insert(BlobClaim, [row], on_conflict="nothing") == 1


def _key(authority: UUID, digest: str) -> str:
    return f"{authority}/{digest}"
