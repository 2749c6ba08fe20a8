"""The acts of the chains of custody, each once."""

from piccolo.columns import UUID, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-22T00:30:00:000013"
DESCRIPTION = "The acts of the chains of custody, each once"

TABLES = [
    table(
        "CustodyAct",
        "custody_act",
        column("id", UUID, primary_key=True),
        reference("visit", "Visit", "visit"),
        column("key", Varchar, length=64),
        column("digest", Varchar, length=64, null=True),
    ),
]
EXTRAS = [
    UniqueIndex("custody_act", ("visit", "key")),
    Index("custody_act", ("digest",), where="digest IS NOT NULL"),
    AppendOnly("custody_act"),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
