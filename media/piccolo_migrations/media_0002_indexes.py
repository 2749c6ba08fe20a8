"""Indexes and append-only rows of the first version: a frozen copy of what the rooms list in `INDEXES`."""

from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.steps import adding

ID = "2026-11-21T04:00:01:000002"
DESCRIPTION = "Indexes and append-only rows of the first version"

EXTRAS = [
    UniqueIndex("blob", ("digest",)),
    UniqueIndex("derivative", ("blob", "name")),
    UniqueIndex("upload", ("owner", "digest", "length"), where="state IN ('receiving', 'complete')"),
    Index("upload", ("state", "created_at")),
]


async def forwards():
    return adding("media", ID, DESCRIPTION, EXTRAS)
