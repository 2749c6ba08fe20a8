"""Procedures of items; tasks outside the draw, their ends, their clocks, and the stamp of the rules they run under."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, UniqueIndex
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-21T15:00:00:000007"
DESCRIPTION = "Procedures of items; tasks outside the draw, their ends, clocks and rule stamps"

TABLES = [
    table(
        "Procedure",
        "procedure",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("item_code", Varchar, length=80),
        column("version", Integer),
        column("body", Text),
        column("digest", Varchar, length=64),
        column("released_at", Timestamptz),
        column("released_by", Varchar, length=80),
    ),
]

WIDENED = [
    table(
        "Task",
        "task",
        column("rule_digest", Varchar, length=64, null=True),
        column("scheme_version", Integer, null=True),
        column("scheme_digest", Varchar, length=64, null=True),
        reference("procedure", "Procedure", "procedure", null=True),
        column("needs", Text, null=True),
        column("lead", Varchar, length=200, null=True),
        column("participants", Text, null=True),
        column("reason", Text, null=True),
        column("basis", Text, null=True),
        column("source", Varchar, length=500, null=True),
        column("named_objects", Text, null=True),
        column("named_inspectors", Text, null=True),
        column("approve_by", Date, null=True),
        column("confirmed", Boolean, null=True),
        column("cap_override", Text, null=True),
        column("drawn_at", Timestamptz, null=True),
        column("filed_with", Varchar, length=200, null=True),
        column("filed_reference", Varchar, length=200, null=True),
        column("filed_by", Varchar, length=80, null=True),
        column("filed_at", Timestamptz, null=True),
        column("ended_by", Varchar, length=80, null=True),
        column("ended_at", Timestamptz, null=True),
        column("end_reason", Text, null=True),
        column("shortfall", Text, null=True),
    ),
]

EXTRAS = [
    UniqueIndex("procedure", ("authority", "item_code", "version")),
    AppendOnly("procedure"),
]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
