"""What several processes must know of each other: who asks how often, files that wait to be imported, running draws."""

from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import Index, UniqueIndex, Unlogged
from inspection.kernel.steps import column, making, table

ID = "2026-11-22T12:00:00:000028"
DESCRIPTION = "What several processes must know of each other"

TABLES = [
    table(
        "RateBucket",
        "rate_bucket",
        column("name", Varchar, length=43, primary_key=True),
        column("full_at", BigInt),
    ),
    table(
        "StrangeName",
        "strange_name",
        column("name", Varchar, length=43, primary_key=True),
        column("failures", Integer),
        column("locked_until", Timestamptz, null=True),
        column("tried_at", Timestamptz),
    ),
    table(
        "WaitingFile",
        "waiting_file",
        column("id", UUID, primary_key=True),
        column("account", Varchar, length=80),
        column("kept_at", Timestamptz),
        column("told", Text),
    ),
    table(
        "WaitingPiece",
        "waiting_piece",
        column("id", UUID, primary_key=True),
        column("file", UUID),
        column("place", Integer),
        column("kept_at", Timestamptz),
        column("packed", Bytea),
    ),
    table(
        "DrawProgress",
        "draw_progress",
        column("draw", UUID, primary_key=True),
        column("rows", BigInt),
        column("told_at", Timestamptz),
    ),
]
EXTRAS = [
    Index("rate_bucket", ("full_at",)),
    Unlogged("rate_bucket"),
    Index("strange_name", ("tried_at",)),
    Index("waiting_file", ("account",)),
    Unlogged("waiting_file"),
    UniqueIndex("waiting_piece", ("file", "place")),
    Index("waiting_piece", ("kept_at",)),
    Unlogged("waiting_piece"),
    Unlogged("draw_progress"),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
