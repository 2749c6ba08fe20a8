"""Why a plan leaves an item of the list out."""

from piccolo.columns import UUID, Text

from inspection.kernel.indexes import AppendOnly, UniqueIndex
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-22T09:30:00:000026"
DESCRIPTION = "Why a plan leaves an item of the list out"

TABLES = [
    table(
        "PlanOmission",
        "plan_omission",
        column("id", UUID, primary_key=True),
        reference("plan", "AnnualPlan", "annual_plan"),
        reference("item", "InspectionItem", "inspection_item"),
        column("reason", Text),
    ),
]
EXTRAS = [
    UniqueIndex("plan_omission", ("plan", "item")),
    AppendOnly("plan_omission"),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
