"""For how many years an authority keeps its dossiers."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, Index
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-22T13:00:00:000029"
DESCRIPTION = "For how many years an authority keeps its dossiers"

TABLES = [
    table(
        "RetentionTerm",
        "retention_term",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("years", Integer),
        column("ground", Text),
        column("asked_by", Varchar, length=80),
        column("asked_at", Timestamptz),
        column("approved_by", Varchar, length=80, null=True),
        column("approved_at", Timestamptz, null=True),
    ),
]
EXTRAS = [
    Index("retention_term", ("authority", "asked_at")),
    AppendOnly("retention_term", ("id", "authority", "years", "ground", "asked_by", "asked_at")),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
