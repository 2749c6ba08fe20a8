"""Figures of the office are found by those whose they are, and penalties among penalties only."""

from inspection.kernel.database import current_engine
from inspection.kernel.indexes import Index
from inspection.kernel.steps import adding

ID = "2026-11-22T11:00:00:000027"
DESCRIPTION = "Figures of the office are found by those whose they are, and penalties among penalties only"

EXTRAS = [
    Index("inspection_object", ("authority", "code", "owner"), where="owner IS NOT NULL", short="owned"),
    Index("visit", ("authority", "ends_on")),
    Index("visit", ("authority", "approved_by", "approved_at"), where="approved_by IS NOT NULL"),
    Index("publication", ("authority", "approved_at"), where="approved_at IS NOT NULL"),
    Index("publication", ("authority", "approved_by", "approved_at"), where="approved_by IS NOT NULL"),
    Index("publication", ("state", "published_at", "id"), where="penalty IS NOT NULL", short="penalties"),
    Index("rating", ("rated_on",)),
]

DROPPED = [Index("publication", ("published_at", "id"), where="penalty IS NOT NULL")]
"""Beside the index of all results, which begins with the state, SQLite never chose it."""


async def forwards():
    manager = adding("inspection", ID, DESCRIPTION, EXTRAS)
    manager.add_raw(_drop)
    return manager


async def _drop():
    for index in DROPPED:
        await current_engine().run_ddl(f'DROP INDEX IF EXISTS "{index.name}"')
