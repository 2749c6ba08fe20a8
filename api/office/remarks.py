"""What parties say of how they were inspected: remarks without a name, and ratings. For those who supervise only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery

from api.commands import AnyRequest, authority_of
from api.office.parameters import PageSize
from api.permits import Action
from inspection.door.rate import Average, averages
from inspection.door.remark import remarks_of


@dataclass(frozen=True, slots=True)
class RemarkShown:
    """A remark and the month (YYYY-MM) it came in; nobody knows more of it."""

    id: UUID
    month: str
    text: str


@get("/remarks", opt={"action": Action.REMARK_READ})
async def read_remarks(
    request: AnyRequest, after: FromQuery[UUID | None] = None, limit: PageSize = 100
) -> Sequence[RemarkShown]:
    """The remarks on this authority, by id: in no order of time. New ones appear once a day, several together."""
    rows = await remarks_of(authority_of(request), after, limit)
    return [RemarkShown(row.id, row.month, row.text) for row in rows]


@get("/ratings", opt={"action": Action.REMARK_READ})
async def read_ratings(request: AnyRequest, since: FromQuery[date], until: FromQuery[date]) -> Sequence[Average]:
    """How the parties of this authority's visits answered each question from `since` to `until`."""
    return await averages(authority_of(request), since, until)


router = Router("/office", route_handlers=[read_remarks, read_ratings], tags=["office: remarks"])
