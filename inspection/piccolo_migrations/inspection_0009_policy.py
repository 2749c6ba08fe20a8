"""Rule-sets kept as they were when first used, and their digests on draws and visits."""

from piccolo.columns import Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly
from inspection.kernel.steps import changing, column, table

ID = "2026-11-21T15:00:00:000009"
DESCRIPTION = "Rule-sets kept as they were when first used, and their digests on draws and visits"

TABLES = [
    table(
        "RuleSetKept",
        "rule_set_kept",
        column("name", Varchar, length=120, primary_key=True),
        column("digest", Varchar, length=64),
        column("body", Text),
        column("first_used_at", Timestamptz),
    ),
]
WIDENED = [
    table("Draw", "draw", column("rule_digest", Varchar, length=64, null=True)),
    table("Visit", "visit", column("rule_digest", Varchar, length=64, null=True)),
]
EXTRAS = [AppendOnly("rule_set_kept")]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
