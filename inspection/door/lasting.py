"""What keeps the door of a visit open, asked from the rooms that know."""

from datetime import date, datetime
from uuid import UUID

from inspection.door.expiry import Lasting, expires_on
from inspection.kernel.calendar.rules import local_day
from inspection.publicity import store as publicity
from inspection.visits.rows import VisitRow


async def lasts_until(visit: VisitRow, renewed: datetime | None = None) -> date:
    """The last day on which the visit's door opens, as things stand."""
    return expires_on(
        Lasting(
            closes=visit.ends_on,
            published=await _published(visit.id),
            renewed=local_day(renewed) if renewed is not None else None,
        )
    )


async def _published(visit: UUID) -> list[date]:
    return [local_day(at) for at in await publicity.published_at(visit)]
