"""Queries of uploads by the file they bring: for the custody of evidence."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from media.store import PAGE
from media.tables import Upload

_COLUMNS = ("id", "owner", "digest", "length", "state", "created_at", "ended_at")


@dataclass(frozen=True, slots=True)
class BegunUpload:
    """An upload as it was begun. `length` in bytes, None while it is deferred; `owner`: an actor's id."""

    id: UUID
    owner: str
    digest: str
    length: int | None
    state: str
    created_at: datetime
    ended_at: datetime | None


async def uploads_of(digests: Collection[str]) -> list[BegunUpload]:
    """All uploads that were begun under these declared digests, the oldest first."""
    wanted = sorted(digests)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(wanted), PAGE):
        rows += await Upload.select(*_COLUMNS).where(Upload.digest.is_in(wanted[start : start + PAGE]))
    found = [BegunUpload(**{**row, "id": plain_uuid(row["id"])}) for row in rows]
    return sorted(found, key=lambda one: (one.created_at, one.id))
