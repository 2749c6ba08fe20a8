"""All queries of copies made for the public: each is one authority's, whoever else has brought the same original."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert
from media.boxes import Box
from media.store import PAGE
from media.tables import PublicCopy


@dataclass(frozen=True, slots=True)
class PublicCopyFacts:
    """An image made for the public: its SHA-256 (hex), its pixels, what was painted over, why and by whom.

    `boxes` is what the room's `public_copy.boxes` says, parsed; `made_by` is an actor's id.
    """

    digest: str
    width: int
    height: int
    boxes: list[list[int]]
    ground: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PublicCopyRow:
    """An authority's copy for the public of the image `of` (SHA-256, hex): its digest, its pixels, what was painted
    over, why.
    """

    id: UUID
    authority: UUID
    of: str
    digest: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    ground: str
    made_by: str
    made_at: datetime


async def add_public_copy(row: PublicCopyRow) -> None:
    """Insert it; rows of this table are never changed."""
    values = {
        "id": row.id,
        "authority": row.authority,
        "of": row.of,
        "copy": row.digest,
        "width": row.width,
        "height": row.height,
        "boxes": canonical_json([box.facts() for box in row.boxes]).decode(),
        "ground": row.ground,
        "made_by": row.made_by,
        "made_at": row.made_at,
    }
    await bulk_insert(PublicCopy, [values])


async def public_copies_of(authority: UUID, digests: Collection[str]) -> dict[str, list[PublicCopyFacts]]:
    """By original (SHA-256, hex), the copies that this authority made of it, in the order of their making."""
    wanted, found = sorted(digests), dict[str, list[PublicCopyFacts]]()
    for start in range(0, len(wanted), PAGE):
        rows = (
            await PublicCopy.select()
            .where(PublicCopy.of.is_in(wanted[start : start + PAGE]), PublicCopy.authority == authority)
            .order_by(PublicCopy.made_at)
            .order_by(PublicCopy.id)
        )
        for row in rows:
            told = PublicCopyFacts(
                digest=row["copy"],
                width=row["width"],
                height=row["height"],
                boxes=json.loads(row["boxes"]),
                ground=row["ground"],
                made_by=row["made_by"],
                made_at=row["made_at"],
            )
            found.setdefault(row["of"], []).append(told)
    return found
