"""Figures of the office are found by those whose they are."""

from inspection.kernel.indexes import Gone, Index
from inspection.kernel.steps import adding

ID = "2026-11-22T11:00:00:000027"
DESCRIPTION = "Figures of the office are found by those whose they are"

EXTRAS = [
    Gone(Index("publication", ("published_at", "id"), where="penalty IS NOT NULL")),
    Index("publication", ("state", "published_at", "id"), where="penalty IS NOT NULL", short="penalties"),
    Index("inspection_object", ("authority", "code", "owner"), where="owner IS NOT NULL", short="owned"),
    Index("visit", ("authority", "approved_by", "approved_at"), where="approved_by IS NOT NULL"),
    Index("publication", ("authority", "approved_by", "approved_at"), where="approved_by IS NOT NULL"),
    Index("rating", ("rated_on",)),
]


async def forwards():
    return adding("inspection", ID, DESCRIPTION, EXTRAS)
