"""Visits whose results wait to be published, as the review queue pages through them."""

from typing import Final
from uuid import UUID

from inspection.visits.review.store_legal import PENDING
from inspection.visits.review.store_queue import Waiting, count, page

# What waits for the legal office waits for that first; what is kept back for good waits for nobody.
_VISITS: Final = (
    "SELECT p.visit AS id, MIN(p.created_at) AS since FROM publication p WHERE p.authority = {} "
    "AND p.state IN ('open', 'approved', 'withheld') AND p.outcome IS NOT NULL "
    "AND (p.withheld_ground IS NULL OR p.withheld_until IS NOT NULL) "
    f"AND NOT EXISTS (SELECT 1 FROM legal_due due WHERE due.visit = p.visit AND {PENDING}) GROUP BY p.visit"
)


async def to_publish(authority: UUID, *, after: Waiting | None = None, limit: int) -> list[Waiting]:
    """Visits with a result that is not out, nor kept back for good, nor with the legal office."""
    return await page(_VISITS, [authority], after, limit)


async def how_many_to_publish(authority: UUID) -> int:
    """How many there are."""
    return await count(_VISITS, [authority])
