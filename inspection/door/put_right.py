"""Whether the result of a visit leaves something to be put right, and by when. What is late is taken and marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.visits.review import store as store_reviews
from inspection.visits.review.codes import FAULTS
from inspection.visits.review.outcomes import FollowUp
from inspection.visits.rows import OutcomeRow


@dataclass(frozen=True, slots=True)
class PutRight:
    """`formed`: there is a result; `asked`: it leaves something to be put right; `by`: the last day that was set, of
    several the latest.
    """

    formed: bool
    asked: bool
    by: date | None

    def is_late(self, day: date) -> bool:
        """Whether what is handed in on `day` (local) comes after the last day."""
        return self.by is not None and day > self.by


def left_to_put_right(outcomes: Iterable[OutcomeRow]) -> PutRight:
    """What these outcomes of one visit leave, corrected ones not counted. Pure."""
    rows = list(outcomes)
    replaced = {row.replaces for row in rows}
    standing = [row for row in rows if row.id not in replaced]
    days = [row.rectify_by for row in standing if row.rectify_by is not None]
    asked = any(_asks(row) for row in standing)
    return PutRight(bool(standing), asked, max(days, default=None))


def _asks(row: OutcomeRow) -> bool:
    ordered = row.rectify_by is not None or FollowUp.ORDERED_TO_CORRECT in row.follow_up
    return ordered or not FAULTS.isdisjoint(row.codes)


async def put_right(visit_id: UUID) -> PutRight:
    """What the result of a visit leaves to be put right; nothing while there is no result."""
    return left_to_put_right(await store_reviews.outcomes(visit_id))
