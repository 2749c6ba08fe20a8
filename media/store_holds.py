"""All queries of what may not be removed: held files, and what uploads still may bring."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from media.rules import UploadState
from media.tables import MediaHold, Upload

MOST_SHOWN: Final = 1000


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A standing hold: on which file, why, by whom (an actor's id), since when."""

    id: UUID
    digest: str
    ground: str
    held_by: str
    held_at: datetime


async def add_hold(row: HoldRow) -> bool:
    """Insert a hold; False when one stands already."""
    values = {
        "id": row.id,
        "digest": row.digest,
        "ground": row.ground,
        "held_by": row.held_by,
        "held_at": row.held_at,
    }
    return await bulk_insert(MediaHold, [values], on_conflict="nothing") == 1


async def lift_hold(digest: str, by: str, at: datetime) -> bool:
    """End the standing hold; False when there is none."""
    lifted = (
        await MediaHold.update({MediaHold.lifted_by: by, MediaHold.lifted_at: at})
        .where(MediaHold.digest == digest, MediaHold.lifted_at.is_null())
        .returning(MediaHold.id)
    )
    return bool(lifted)


async def hold_of(digest: str) -> HoldRow | None:
    """The standing hold on a file."""
    rows = await MediaHold.raw(
        "SELECT id, digest, ground, held_by, held_at FROM media_hold WHERE digest = {} AND lifted_at IS NULL", digest
    )
    if not rows:
        return None
    row = rows[0]
    return HoldRow(plain_uuid(row["id"]), row["digest"], row["ground"], row["held_by"], row["held_at"])


async def held_of(digests: Collection[str]) -> set[str]:
    """Those of `digests` that are held; at most some thousands."""
    rows = await MediaHold.raw(
        "SELECT digest FROM media_hold WHERE lifted_at IS NULL AND {}", one_of("digest", sorted(digests))
    )
    return {row["digest"] for row in rows}


async def running_uploads(ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids` that are uploads which still may bring bytes; at most some thousands."""
    if not ids:
        return set()
    found = await Upload.select(Upload.id).where(
        Upload.id.is_in(list(ids)), Upload.state == UploadState.RECEIVING.value
    )
    return {plain_uuid(row["id"]) for row in found}
