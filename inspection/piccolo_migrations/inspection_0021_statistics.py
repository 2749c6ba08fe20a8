"""Results are counted by their task, and published ones found by fragments of names."""

from inspection.kernel.indexes import Index
from inspection.kernel.search_index import SearchIndex
from inspection.kernel.search_words import search_text
from inspection.kernel.sql import fill_column
from inspection.kernel.steps import Filling, reference, table, widening

ID = "2026-11-22T07:00:00:000021"
DESCRIPTION = "Results are counted by their task, and published ones found by fragments of names"

WIDENED = [table("Publication", "publication", reference("task", "Task", "task", null=True))]
FILLED = Filling(
    "UPDATE publication SET task = (SELECT o.task FROM outcome o WHERE o.id = publication.outcome) "
    "WHERE task IS NULL AND outcome IS NOT NULL"
)
EXTRAS = [
    Index("inspection_object", ("authority", "status", "kind", "trades", "credit_grade", "area"), short="alike"),
    Index("publication", ("task", "state")),
    Index(
        "publication",
        ("authority", "state", "published_at", "late", "item_code", "result_codes", "public_code", "task"),
        short="told",
    ),
    Index("published_document", ("at",), where="version > 1"),
    SearchIndex("publication", "object_search"),
    Index("visit", ("authority", "executed_at", "object", "linked_to", "id"), where="executed_at IS NOT NULL"),
    Index("visit_task", ("visit", "task", "item")),
    Index("outcome", ("task", "formed_at", "codes", "follow_up", "id"), where="replaces IS NULL"),
    Index("outcome", ("task", "replaces"), where="replaces IS NOT NULL"),
]


async def forwards():
    manager = widening("inspection", ID, DESCRIPTION, WIDENED, [FILLED, *EXTRAS])
    manager.add_raw(_respell)
    return manager


async def _respell():
    await fill_column("publication", "object_search", "object_search", _folded)


def _folded(text):
    """Name and code were one line, with a space between them."""
    if "\n" in text:
        return text
    name, _, code = text.rpartition(" ")
    return f"{search_text(name)[:300]}\n{search_text(code)}"
