"""Indexes and append-only rows of the first version: a frozen copy of what the rooms list in `INDEXES`."""

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import adding

ID = "2026-11-21T04:00:02:000002"
DESCRIPTION = "Indexes and append-only rows of the first version"

EXTRAS = [
    Index("device", ("authority",)),
    Index("device", ("inspector",)),
    UniqueIndex("device_log", ("device", "epoch")),
    UniqueIndex("device_log_tail", ("log", "seq")),
    UniqueIndex("feed_row", ("device", "topic")),
    Index("feed_row", ("device", "seq")),
    UniqueIndex("dead_letter", ("carrier", "sha256")),
    Index("receipt", ("carrier", "received_at")),
    AppendOnly("receipt", ()),
    UniqueIndex("receipt_visit", ("visit", "receipt")),
    AppendOnly("dead_letter", ()),
    AppendOnly("sync_history", ()),
]


async def forwards():
    return adding("sync", ID, DESCRIPTION, EXTRAS)
