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
    """A standing hold: whose, on which file, why, by whom (an actor's id), since when."""

    id: UUID
    authority: UUID
    digest: str
    ground: str
    held_by: str
    held_at: datetime


async def add_hold(row: HoldRow) -> bool:
    """Insert a hold; False when one of the same authority stands already."""
    values = {
        "id": row.id,
        "authority": row.authority,
        "digest": row.digest,
        "ground": row.ground,
        "held_by": row.held_by,
        "held_at": row.held_at,
    }
    return await bulk_insert(MediaHold, [values], on_conflict="nothing") == 1


async def lift_hold(authority: UUID, digest: str, by: str, at: datetime) -> bool:
    """End the standing hold of an authority; False when it has none. Those of others stand."""
    lifted = (
        await MediaHold.update({MediaHold.lifted_by: by, MediaHold.lifted_at: at})
        .where(MediaHold.digest == digest, MediaHold.authority == authority, MediaHold.lifted_at.is_null())
        .returning(MediaHold.id)
    )
    return bool(lifted)


async def hold_of(authority: UUID, digest: str) -> HoldRow | None:
    """The standing hold of an authority on a file."""
    rows = await MediaHold.raw(
        "SELECT id, digest, ground, held_by, held_at FROM media_hold "
        "WHERE digest = {} AND authority = {} AND lifted_at IS NULL",
        digest,
        authority,
    )
    if not rows:
        return None
    row = rows[0]
    return HoldRow(plain_uuid(row["id"]), authority, row["digest"], row["ground"], row["held_by"], row["held_at"])


async def held_of(digests: Collection[str]) -> set[str]:
    """Those of `digests` that are held, whoever holds them; at most some thousands. Asked before bytes are removed."""
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
