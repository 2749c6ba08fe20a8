"""The tables of the first version."""

from piccolo.columns import BigInt, Integer, Text, Timestamptz, UUID, Varchar

from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-21T04:00:01:000001"
DESCRIPTION = "The tables of the first version"

TABLES = [
    table(
        "StoredBlob",
        "blob",
        column("id", UUID, primary_key=True),
        column("digest", Varchar, length=64),
        column("length", BigInt),
        column("mime", Varchar, length=100),
        column("stored_at", Timestamptz),
        column("stored_by", Varchar, length=80),
        column("probe", Text, null=True),
        column("probed_at", Timestamptz, null=True),
    ),
    table(
        "Derivative",
        "derivative",
        column("id", UUID, primary_key=True),
        reference("blob", "StoredBlob", "blob"),
        column("name", Varchar, length=20),
        column("digest", Varchar, length=64),
        column("length", BigInt),
        column("width", Integer),
        column("height", Integer),
    ),
    table(
        "Upload",
        "upload",
        column("id", UUID, primary_key=True),
        column("owner", Varchar, length=80),
        column("digest", Varchar, length=64),
        column("length", BigInt, null=True),
        column("mime", Varchar, length=100),
        column("metadata", Text),
        column("state", Varchar, length=12),
        column("created_at", Timestamptz),
        column("ended_at", Timestamptz, null=True),
    ),
]


async def forwards():
    return making("media", ID, DESCRIPTION, TABLES)
