"""The channels through which published results reach other platforms, and their outbox."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-22T05:00:00:000016"
DESCRIPTION = "The channels through which published results reach other platforms, and their outbox"

TABLES = [
    table(
        "Channel",
        "channel",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("code", Varchar, length=40),
        column("kind", Varchar, length=20),
        column("address", Varchar, length=500),
        column("made_at", Timestamptz),
        column("retired_at", Timestamptz, null=True),
    ),
    table(
        "Delivery",
        "delivery",
        column("id", UUID, primary_key=True),
        reference("channel", "Channel", "channel"),
        reference("publication", "Publication", "publication"),
        reference("document", "PublishedDocument", "published_document"),
        column("lane", Varchar, length=40),
        column("state", Varchar, length=12),
        column("attempts", Integer),
        column("asked_at", Timestamptz),
        column("not_before", Timestamptz),
        column("claimed_until", Timestamptz, null=True),
        column("status", Integer, null=True),
        column("error", Text, null=True),
        column("receipt", Varchar, length=64, null=True),
        column("settled_at", Timestamptz, null=True),
    ),
]
EXTRAS = [
    UniqueIndex("channel", ("authority", "code"), where="retired_at IS NULL"),
    UniqueIndex("delivery", ("channel", "document")),
    Index("delivery", ("not_before",), where="state = 'waiting'"),
    Index("delivery", ("channel", "lane"), where="state = 'waiting'"),
    Index("delivery", ("channel", "state", "asked_at")),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
