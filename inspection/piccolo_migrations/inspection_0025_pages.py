"""Pages of the desk read open work in its order, never all of it."""

from inspection.kernel.indexes import Index
from inspection.kernel.steps import adding

ID = "2026-11-22T09:00:00:000025"
DESCRIPTION = "Pages of the desk read open work in its order, never all of it"

EXTRAS = [
    Index("draw", ("authority", "id")),
    Index("task", ("authority", "id")),
    Index("task", ("authority", "item", "id")),
    Index("task", ("authority", "rule_set")),
    Index("task", ("authority", "ends_on")),
    Index("task", ("authority", "approve_by"), where="approve_by IS NOT NULL"),
    Index(
        "task",
        ("authority", "ends_on", "id"),
        where="completed_at IS NULL AND state NOT IN ('returned', 'cancelled', 'closed')",
        short="window",
    ),
    Index("publication", ("authority", "due_on", "id"), where="state IN ('open', 'approved')", short="due_waiting"),
    Index("publication", ("authority", "due_on", "id"), where="state = 'withheld'", short="due_withheld"),
    Index(
        "publication",
        ("authority", "created_at", "visit", "id"),
        where="state IN ('open', 'approved', 'withheld') AND outcome IS NOT NULL",
        short="waiting_since",
    ),
    Index("publication", ("authority", "due_on"), where="late", short="due_late"),
    Index("publication", ("authority", "due_on"), where="published_at IS NULL", short="due_unpublished"),
    Index("reminder", ("authority", "whose", "due_on", "matter", "subject"), where="over_on IS NULL", short="due_of"),
    Index("reminder", ("authority", "due_on", "matter", "subject"), where="over_on IS NULL", short="due"),
    Index("alert", ("authority", "id")),
    Index("alert", ("authority", "id"), where="settled_at IS NULL", short="open"),
]


async def forwards():
    return adding("inspection", ID, DESCRIPTION, EXTRAS)
