"""Plans with numbers, departments, credit grades and a publication; plans of higher authorities."""

from piccolo.columns import BigInt, Boolean, Date, Integer, Text, Timestamptz, UUID, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-21T15:00:00:000006"
DESCRIPTION = "Plans with numbers, departments, credit grades and a publication; plans of higher authorities"

WIDENED = [
    table(
        "AnnualPlan",
        "annual_plan",
        column("rule_digest", Varchar, length=64, null=True),
        column("opens_on", Date, null=True),
        column("reason", Text, null=True),
    ),
    table(
        "PlanLine",
        "plan_line",
        column("quantity", BigInt, null=True),
        column("base", BigInt, null=True),
        column("joint", Boolean, null=True),
        column("reason", Text, null=True),
    ),
]

TABLES = [
    table(
        "PlanParty",
        "plan_party",
        column("id", UUID, primary_key=True),
        reference("line", "PlanLine", "plan_line"),
        column("role", Varchar, length=20),
        column("position", Integer),
        column("name", Varchar, length=200),
        reference("authority", "Authority", "authority", null=True),
        reference("unit", "Unit", "unit", null=True),
    ),
    table(
        "PlanStratum",
        "plan_stratum",
        column("id", UUID, primary_key=True),
        reference("line", "PlanLine", "plan_line"),
        column("grade", Varchar, length=4),
        column("ratio_num", BigInt),
        column("ratio_den", BigInt),
        column("frequency", Integer),
    ),
    table(
        "PlanPublication",
        "plan_publication",
        column("id", UUID, primary_key=True),
        reference("plan", "AnnualPlan", "annual_plan"),
        column("digest", Varchar, length=64),
        column("document", Text),
        column("channels", Text),
        column("published_at", Timestamptz),
        column("published_by", Varchar, length=80),
    ),
    table(
        "HigherPlan",
        "higher_plan",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("source", Varchar, length=200),
        column("number", Varchar, length=120),
        column("item_text", Varchar, length=300),
        column("item_code", Varchar, length=60, null=True),
        column("scope", Varchar, length=500),
        column("year", Integer),
        column("starts_on", Date),
        column("ends_on", Date),
        column("whole", Boolean),
        column("run", UUID),
        column("imported_at", Timestamptz),
        column("imported_by", Varchar, length=80),
    ),
    table(
        "HigherPlanObject",
        "higher_plan_object",
        column("id", UUID, primary_key=True),
        reference("plan", "HigherPlan", "higher_plan"),
        column("code", Varchar, length=40),
        column("name", Varchar, length=300),
    ),
]

EXTRAS = [
    UniqueIndex("plan_party", ("line", "position")),
    AppendOnly("plan_party"),
    UniqueIndex("plan_stratum", ("line", "grade")),
    AppendOnly("plan_stratum"),
    UniqueIndex("plan_publication", ("plan",)),
    AppendOnly("plan_publication"),
    UniqueIndex("higher_plan", ("authority", "source", "number", "item_text")),
    Index("higher_plan", ("authority", "ends_on")),
    UniqueIndex("higher_plan_object", ("plan", "code")),
]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
