"""Queries of the export files that were carried in."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from inspection.kernel.sql import bulk_insert
from sync.tables import Rescue


@dataclass(frozen=True, slots=True)
class RescueRow:
    """An export file and what became of it when it first came."""

    id: UUID
    authority: UUID
    device: UUID
    sha256: str
    by: str
    at: datetime
    lines: int
    taken: int
    duplicates: int
    refused: int
    files: int


async def add_rescue(row: RescueRow) -> bool:
    """Keep that a file was carried in; False when it was before."""
    return await bulk_insert(Rescue, [asdict(row)], on_conflict="nothing") == 1


async def is_known(authority: UUID, sha256: str) -> bool:
    """Whether this very file was carried in before."""
    return await Rescue.exists().where(Rescue.authority == authority, Rescue.sha256 == sha256)
