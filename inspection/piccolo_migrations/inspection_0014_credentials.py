"""That inspectors were given credentials for visits, each with its place in the status list."""

from piccolo.columns import UUID, BigInt, Timestamptz

from inspection.kernel.indexes import AppendOnly, UniqueIndex
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-22T01:00:00:000014"
DESCRIPTION = "That inspectors were given credentials for visits, each with its place in the status list"

TABLES = [
    table(
        "VisitCredential",
        "visit_credential",
        column("id", UUID, primary_key=True),
        reference("visit", "Visit", "visit"),
        column("inspector", UUID),
        column("number", BigInt),
        column("first_at", Timestamptz),
    ),
]
EXTRAS = [
    UniqueIndex("visit_credential", ("visit", "inspector")),
    UniqueIndex("visit_credential", ("number",)),
    AppendOnly("visit_credential"),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
