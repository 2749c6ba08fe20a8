"""Queries of entries without a visit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.visits.tables import Entry

_WAITING = "entry.verdict = 'held' AND entry.vseq IS NULL AND entry.visit IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Awaited:
    """How many entries wait for a visit that is not known, and since when."""

    visit: UUID
    entries: int
    since: datetime


async def awaited(authority: UUID, until: datetime, limit: int) -> list[Awaited]:
    """The visits for which entries wait that devices of this authority brought, the first of them by `until`."""
    rows = await Entry.raw(
        "SELECT entry.visit, COUNT(*) AS entries, MIN(entry.received_at) AS since FROM entry "
        f"JOIN device ON device.id = entry.carrier WHERE {_WAITING} AND device.authority = {{}} "
        "GROUP BY entry.visit HAVING MIN(entry.received_at) <= {} ORDER BY since, entry.visit LIMIT {}",
        authority,
        until,
        limit,
    )
    return [Awaited(plain_uuid(row["visit"]), int(row["entries"]), _instant(row["since"])) for row in rows]


async def writers(visits: Collection[UUID]) -> list[tuple[UUID, UUID, UUID]]:
    """(visit, inspector, carrier) of what waits for these visits, each once."""
    if not visits:
        return []
    marks = ", ".join("{}" for _ in visits)
    rows = await Entry.raw(
        f"SELECT DISTINCT entry.visit, entry.inspector, entry.carrier FROM entry WHERE {_WAITING} "
        f"AND entry.visit IN ({marks})",
        *visits,
    )
    return [(plain_uuid(row["visit"]), plain_uuid(row["inspector"]), plain_uuid(row["carrier"])) for row in rows]


def _instant(value: datetime | str) -> datetime:
    # SQLite's MIN() forgets the column's type.
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
