"""Items with bounds, departments, and the dates of their versions; what a version says never changes."""

from piccolo.columns import Date, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly
from inspection.kernel.steps import column, table, widening

ID = "2026-11-21T15:00:00:000003"
DESCRIPTION = "Items with bounds, departments, and the dates of their versions"

TABLES = [
    table(
        "InspectionItem",
        "inspection_item",
        column("class_text", Varchar, length=40, null=True),
        column("bounds", Text, null=True),
        column("lead_department", Varchar, length=300, null=True),
        column("departments", Text, null=True),
        column("note", Text, null=True),
        column("imported_at", Timestamptz, null=True),
        column("imported_by", Varchar, length=200, null=True),
        column("published_by", Varchar, length=200, null=True),
        column("effective_from", Date, null=True),
        column("withdrawn_on", Date, null=True),
        column("withdrawn_at", Timestamptz, null=True),
        column("withdrawn_by", Varchar, length=200, null=True),
        column("withdrawn_reason", Text, null=True),
    ),
]

EXTRAS = [
    AppendOnly(
        "inspection_item",
        (
            "id",
            "authority",
            "code",
            "name",
            "basis",
            "subject",
            "object_kinds",
            "object_text",
            "content",
            "methods",
            "method_text",
            "ratio_text",
            "ratio_num",
            "ratio_den",
            "frequency_text",
            "frequency_per_year",
            "item_class",
            "qualification",
            "channel",
            "joint_eligible",
            "checklist_code",
            "version",
            "digest",
            "class_text",
            "bounds",
            "lead_department",
            "departments",
            "note",
            "imported_at",
            "imported_by",
        ),
    ),
]


async def forwards():
    return widening("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
