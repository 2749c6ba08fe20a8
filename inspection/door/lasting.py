"""What keeps the door of a visit open, asked from the rooms that know."""

from datetime import date, datetime

from inspection.door.expiry import Lasting, expires_on
from inspection.door.put_right import put_right
from inspection.kernel.calendar.rules import local_day
from inspection.publicity import store as publicity
from inspection.publicity.objections.read import objections_of
from inspection.visits.rows import VisitRow
from inspection.visits.states import VisitState


async def lasts_until(visit: VisitRow, renewed: datetime | None = None) -> date:
    """The last day on which the visit's door opens, as things stand. `renewed`: when the office gave it anew."""
    formed = visit.state is VisitState.APPROVED  # with which its results are, and nothing is published before
    last = (await put_right(visit.id)).by if formed else None
    decided = [one.decided_at for one in await objections_of(visit.id) if one.decided_at is not None]
    return expires_on(
        Lasting(
            closes=visit.ends_on,
            decided=[local_day(at) for at in decided],
            deadlines=[last] if last is not None else [],
            published=[local_day(at) for at in await publicity.published_at(visit.id)] if formed else [],
            renewed=local_day(renewed) if renewed is not None else None,
        )
    )
