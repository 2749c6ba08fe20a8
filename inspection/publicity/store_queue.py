"""Visits whose results wait to be published, as the review queue pages through them."""

from typing import Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.visits.review.store_legal import PENDING
from inspection.visits.review.store_queue import Waiting, page

# What waits for the legal office waits for that first; what is kept back for good waits for nobody.
_STANDS: Final = (
    "{0}.authority = {{}} AND {0}.state IN ('open', 'approved', 'withheld') AND {0}.outcome IS NOT NULL "
    "AND ({0}.withheld_ground IS NULL OR {0}.withheld_until IS NOT NULL)"
)
_LEGAL: Final = f"EXISTS (SELECT 1 FROM legal_due due WHERE due.visit = p.visit AND {PENDING})"
_WAITS: Final = f"{_STANDS.format('p')} AND NOT {_LEGAL}"
# The first of each visit: read in its order, a page costs what is on it.
_VISITS: Final = (
    f"SELECT p.visit AS id, p.created_at AS since FROM publication p WHERE {_WAITS} "
    f"AND NOT EXISTS (SELECT 1 FROM publication q WHERE q.visit = p.visit AND {_STANDS.format('q')} "
    "AND (q.created_at, q.id) < (p.created_at, p.id))"
)


async def to_publish(authority: UUID, *, after: Waiting | None = None, limit: int) -> list[Waiting]:
    """Visits with a result that is not out, nor kept back for good, nor with the legal office."""
    return await page(_VISITS, [authority, authority], after, limit)


async def how_many_to_publish(authority: UUID) -> int:
    """How many there are."""
    rows = await ask(f"SELECT COUNT(DISTINCT p.visit) AS n FROM publication p WHERE {_WAITS}", authority)
    return int(rows[0]["n"])
