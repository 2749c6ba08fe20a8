"""Several machines with disks of their own: which of them has a file, or what has come of an upload."""

from piccolo.columns import BigInt, Timestamptz, Varchar

from inspection.kernel.indexes import Index
from inspection.kernel.steps import changing, column, table

ID = "2026-11-22T12:00:00:000004"
DESCRIPTION = "Several machines with disks of their own"

TABLES = [
    table(
        "Depot",
        "depot",
        column("id", Varchar, length=32, primary_key=True),
        column("seen_at", Timestamptz),
        column("kid", Varchar, length=43),
    ),
]
WIDENED = [
    table("StoredBlob", "blob", column("depot", Varchar, length=32, null=True)),
    table(
        "Upload",
        "upload",
        column("depot", Varchar, length=32, null=True),
        column("wanted", Varchar, length=32, null=True),
        column("passing", BigInt, null=True),
    ),
]
EXTRAS = [Index("upload", ("depot",), where="wanted IS NOT NULL", short="wanted")]


async def forwards():
    return changing("media", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
