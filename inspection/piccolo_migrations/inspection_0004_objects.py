"""Marks, special registers and the change history of objects; saved column mappings."""

from piccolo.columns import Date, Integer, Text, Timestamptz, UUID, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-21T15:00:00:000004"
DESCRIPTION = "Marks, special registers and the change history of objects; saved column mappings"

TABLES = [
    table(
        "ObjectChange",
        "object_change",
        column("id", UUID, primary_key=True),
        reference("object", "InspectionObject", "inspection_object"),
        column("run", UUID, null=True),
        column("at", Timestamptz),
        column("by", Varchar, length=80),
        column("by_name", Varchar, length=200),
        column("fields", Text),
    ),
    table(
        "SpecialRegister",
        "special_register",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("sort", Varchar, length=10),
        column("name", Varchar, length=120),
        column("at", Timestamptz),
    ),
    table(
        "RegisterEntry",
        "register_entry",
        column("id", UUID, primary_key=True),
        reference("register", "SpecialRegister", "special_register"),
        reference("object", "InspectionObject", "inspection_object"),
        column("code", Varchar, length=40),
        column("licence_no", Varchar, length=120),
        column("licence_name", Varchar, length=200, null=True),
        column("granted_on", Date, null=True),
        column("valid_until", Date, null=True),
        column("issuer", Varchar, length=200, null=True),
        column("inspected_by", Varchar, length=200, null=True),
        column("at", Timestamptz),
        column("by_name", Varchar, length=200),
        column("removed_on", Date, null=True),
        column("removed_reason", Varchar, length=500, null=True),
        column("removed_by_name", Varchar, length=200, null=True),
        column("removed_at", Timestamptz, null=True),
    ),
    table(
        "ObjectMark",
        "object_mark",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        reference("object", "InspectionObject", "inspection_object"),
        column("code", Varchar, length=40),
        column("mark", Varchar, length=40),
        column("since", Date),
        column("until", Date, null=True),
        column("reference", Varchar, length=120),
        column("source", Varchar, length=200, null=True),
        column("note", Varchar, length=500, null=True),
        column("at", Timestamptz),
        column("by", Varchar, length=80),
        column("by_name", Varchar, length=200),
    ),
    table(
        "MarkLifting",
        "mark_lifting",
        column("id", UUID, primary_key=True),
        reference("mark", "ObjectMark", "object_mark"),
        column("lifted_on", Date),
        column("reason", Varchar, length=500),
        column("reference", Varchar, length=120, null=True),
        column("at", Timestamptz),
        column("by", Varchar, length=80),
        column("by_name", Varchar, length=200),
    ),
    table(
        "ImportMapping",
        "import_mapping",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("what", Varchar, length=20),
        column("source", Varchar, length=120),
        column("headers", Text),
        column("at", Timestamptz),
        column("by_name", Varchar, length=200),
    ),
]
WIDENED = [
    table(
        "InspectionObject",
        "inspection_object",
        column("owner", Varchar, length=40, null=True),
        column("risk", Varchar, length=10, null=True),
        column("complaints", Integer, null=True),
        column("flags", Text, null=True),
        column("added_run", UUID, null=True),
    ),
    table(
        "ImportRun",
        "import_run",
        column("by", Varchar, length=80, null=True),
        column("by_name", Varchar, length=200, null=True),
    ),
]
EXTRAS = [
    Index("inspection_object", ("owner",), where="owner IS NOT NULL"),
    Index("object_change", ("object", "at")),
    AppendOnly("object_change"),
    UniqueIndex("special_register", ("authority", "sort", "name")),
    UniqueIndex("register_entry", ("register", "object", "licence_no"), where="removed_on IS NULL"),
    Index("register_entry", ("register", "code")),
    Index("register_entry", ("object",)),
    UniqueIndex("object_mark", ("object", "mark", "since", "reference")),
    Index("object_mark", ("authority", "code")),
    AppendOnly("object_mark"),
    UniqueIndex("mark_lifting", ("mark",)),
    AppendOnly("mark_lifting"),
    UniqueIndex("import_mapping", ("authority", "what", "source")),
]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
