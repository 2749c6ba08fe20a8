"""Certificates with a status, absences, dated relations, and the reviewed change log of the inspector register."""

from piccolo.columns import Boolean, Date, Integer, Text, Timestamptz, UUID, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-21T15:00:00:000005"
DESCRIPTION = "Certificates with a status, absences, dated relations, and the change log of the inspector register"

WIDENED = [
    table(
        "Inspector",
        "inspector",
        column("role", Varchar, length=20, null=True),
        column("post_class", Varchar, length=120, null=True),
        column("background", Varchar, length=200, null=True),
        column("maximum_load", Integer, null=True),
        column("standing_reason", Varchar, length=500, null=True),
    ),
    table(
        "Certificate",
        "certificate",
        column("areas", Text, null=True),
        column("status", Varchar, length=20, null=True),
        column("status_since", Date, null=True),
        column("status_reason", Varchar, length=500, null=True),
    ),
]

TABLES = [
    table(
        "InspectorAbsence",
        "inspector_absence",
        column("id", UUID, primary_key=True),
        reference("inspector", "Inspector", "inspector"),
        column("kind", Varchar, length=20),
        column("note", Varchar, length=500, null=True),
        column("first_day", Date),
        column("last_day", Date),
        column("entered_by", Varchar, length=80),
        column("entered_at", Timestamptz),
        column("withdrawn_by", Varchar, length=80, null=True),
        column("withdrawn_at", Timestamptz, null=True),
    ),
    table(
        "InspectorRelation",
        "inspector_relation",
        column("id", UUID, primary_key=True),
        reference("inspector", "Inspector", "inspector"),
        column("object_code", Varchar, length=80),
        column("kind", Varchar, length=20),
        column("source", Varchar, length=20),
        column("since", Date, null=True),
        column("until", Date, null=True),
        column("note", Varchar, length=500, null=True),
        column("entered_by", Varchar, length=80),
        column("entered_at", Timestamptz),
        column("ended_by", Varchar, length=80, null=True),
        column("ended_at", Timestamptz, null=True),
    ),
    table(
        "RegisterBatch",
        "inspector_batch",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("run", UUID, null=True),
        column("made_by", Varchar, length=80),
        column("made_by_name", Varchar, length=120),
        column("made_at", Timestamptz),
        column("rule_set", Varchar, length=120),
        column("state", Varchar, length=20),
        column("decided_by", Varchar, length=80, null=True),
        column("decided_by_name", Varchar, length=120, null=True),
        column("decided_at", Timestamptz, null=True),
        column("remarks", Text, null=True),
    ),
    table(
        "RegisterChange",
        "inspector_change",
        column("id", UUID, primary_key=True),
        reference("batch", "RegisterBatch", "inspector_batch"),
        reference("inspector", "Inspector", "inspector"),
        column("kind", Varchar, length=30),
        column("facts", Text),
        column("entitles", Boolean),
    ),
]

EXTRAS = [
    Index("inspector_absence", ("inspector",)),
    Index("inspector_relation", ("inspector",)),
    Index("inspector_batch", ("authority", "made_at")),
    UniqueIndex("inspector_batch", ("run",), where="run IS NOT NULL"),
    Index("inspector_change", ("batch",)),
    Index("inspector_change", ("inspector",)),
    AppendOnly("inspector_change"),
]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
