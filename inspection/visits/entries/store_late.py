"""Where entries stand and what was found of them, without their bytes."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.visits.tables import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a visit. `reasons`: what was found of it when it came, and since then."""

    hash: str
    visit: UUID
    vseq: int
    inspector: UUID
    type: str
    received_at: datetime
    reasons: tuple[str, ...]


async def lines(visits: Collection[UUID]) -> list[Line]:
    """The numbered entries of these visits, by visit and number."""
    names = ("hash", "visit", "vseq", "inspector", "type", "received_at", "reasons")
    rows = await (
        Entry.select(*names)
        .where(Entry.visit.is_in(list(visits)), Entry.vseq.is_not_null())
        .order_by(Entry.visit)
        .order_by(Entry.vseq)
    )
    return [
        Line(
            row["hash"],
            plain_uuid(row["visit"]),
            row["vseq"],
            plain_uuid(row["inspector"]),
            row["type"],
            row["received_at"],
            tuple(json.loads(row["reasons"])),
        )
        for row in rows
    ]
