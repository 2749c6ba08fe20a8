"""Objects are found by fragments of names, areas and trades; names are compared without width, case and spaces."""

from inspection.kernel.database import current_engine
from inspection.kernel.indexes import BytewiseIndex, Index, SearchIndex
from inspection.kernel.search_words import search_text
from inspection.kernel.sql import fill_column
from inspection.kernel.steps import adding

ID = "2026-11-21T15:00:00:000008"
DESCRIPTION = "Objects are found by fragments of names, areas and trades"

TABLES = []
EXTRAS = [
    SearchIndex(
        "inspection_object",
        "name_search",
        values=("area", "kind", "credit_grade", "status", "risk", "owner"),
        lists=("trades",),
        shelf=("authority", "code"),
    ),
    BytewiseIndex("inspection_object", ("authority", "code")),
    BytewiseIndex("register_entry", ("register", "code")),
]
# The words find areas and parts of names; a list in the order of the codes never used these.
DROPPED = [
    Index("inspection_object", ("authority", "name_search")),
    Index("inspection_object", ("authority", "area")),
]


async def forwards():
    manager = adding("inspection", ID, DESCRIPTION, EXTRAS)
    manager.add_raw(_drop)
    manager.add_raw(_respell)
    return manager


async def _drop():
    for index in DROPPED:
        await current_engine().run_ddl(f'DROP INDEX IF EXISTS "{index.name}"')


async def _respell():
    await fill_column("inspection_object", "name", "name_search", lambda name: search_text(name)[:300])
