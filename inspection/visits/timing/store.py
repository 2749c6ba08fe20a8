"""Queries for the timing of a visit: its entries and their neighbours in the device logs."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.visits.tables import Entry

LogName = tuple[UUID, int]
"""Device and incarnation."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as it stands in its device log."""

    hash: str
    visit: UUID | None
    device: UUID
    epoch: int
    seq: int
    prev: str | None
    inspector: UUID
    type: str
    header: bytes
    received_at: datetime


_COLUMNS = (
    Entry.hash,
    Entry.visit,
    Entry.device,
    Entry.epoch,
    Entry.seq,
    Entry.prev,
    Entry.inspector,
    Entry.type,
    Entry.header,
    Entry.received_at,
)


async def places_in_logs(visits: Collection[UUID]) -> dict[LogName, list[int]]:
    """Where the entries of these visits stand: by log, their numbers in it."""
    rows = await Entry.select(Entry.device, Entry.epoch, Entry.seq).where(Entry.visit.is_in(sorted(visits)))
    found: dict[LogName, list[int]] = defaultdict(list)
    for row in rows:
        found[plain_uuid(row["device"]), int(row["epoch"])].append(int(row["seq"]))
    return dict(found)


async def stretch(log: LogName, first: int, last: int) -> list[LogRow]:
    """The entries of a log from number `first` to `last`, forks included."""
    rows = await Entry.select(*_COLUMNS).where(
        Entry.device == log[0], Entry.epoch == log[1], Entry.seq >= first, Entry.seq <= last
    )
    return [_row(row) for row in rows]


def stretches(numbers: Iterable[int], reach: int) -> list[tuple[int, int]]:
    """The fewest stretches that hold every number and `reach` neighbours on both sides; pure."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        first, last = max(number - reach, 1), number + reach
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _row(row: dict[str, Any]) -> LogRow:
    return LogRow(
        hash=row["hash"],
        visit=plain_uuid(row["visit"]) if row["visit"] else None,
        device=plain_uuid(row["device"]),
        epoch=int(row["epoch"]),
        seq=int(row["seq"]),
        prev=row["prev"],
        inspector=plain_uuid(row["inspector"]),
        type=row["type"],
        header=bytes(row["header"]),
        received_at=row["received_at"],
    )
