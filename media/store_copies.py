"""The one query that writes down a copy made for the public; `store_facts.py` reads them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert
from media.boxes import Box
from media.tables import PublicCopy


@dataclass(frozen=True, slots=True)
class PublicCopyRow:
    """A copy for the public of the image `of` (SHA-256, hex): its digest, its pixels, what was painted over, why."""

    id: UUID
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
