"""补录: visits that began without a code, entered afterwards by the section; what is due and what is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.office.outside_tasks import ObjectCode, People
from api.office.parameters import PageSize
from api.office.tasks import Scheme, Text
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.policy.terms import TaskKind
from inspection.registry.find import object_by_code
from inspection.visits.late_filing.dismiss import dismiss_filing
from inspection.visits.late_filing.file import Filed, Filing, file_late
from inspection.visits.late_filing.listing import FilingDue, LateFilingShown, filings_due, late_filings
from mobile_contract.base import Wire

ItemCode = Annotated[str, Field(min_length=1, max_length=80)]


class FileLate(Wire):
    """What a visit was that nobody assigned.

    `items` and `object` are codes; each item gets a task outside the draw, of `kind`. `inspectors`: who came, those
    whose entries wait unless given. `visited_on`: the day, as the tablet tells it unless given. `basis`, `source`,
    `scheme`, `approve_by` and `cap_override` as for such a task.
    """

    items: Annotated[tuple[ItemCode, ...], Field(min_length=1, max_length=20)]
    object: ObjectCode
    reason: Text
    basis: Text
    source: Annotated[str, Field(min_length=1, max_length=500)]
    kind: TaskKind = TaskKind.EMERGENCY
    inspectors: People = ()
    visited_on: date | None = None
    scheme: Scheme = ""
    approve_by: date | None = None
    cap_override: Annotated[str, Field(max_length=2000)] = ""


class DismissFiling(Wire):
    """Why there is no visit to be filed."""

    reason: Text


@dataclass(frozen=True, slots=True)
class FilingEnded:
    """A filing that was dismissed."""

    visit: UUID
    reason: str


@get("/late-filings", opt={"action": Action.LATE_FILING_READ})
async def read_filings(
    request: AnyRequest, ended: FromQuery[bool] = False, limit: PageSize = 100
) -> Sequence[LateFilingShown]:
    """Visits that nobody assigned and that are to be filed, by the day they are due; `ended`: all, newest first."""
    return await late_filings(authority_of(request), local_day(command(request).now), ended=ended, limit=limit)


@get("/late-filings/due", opt={"action": Action.DUE_READ})
async def read_filings_due(request: AnyRequest) -> Sequence[FilingDue]:
    """What is to be filed and by when, the most urgent first; late ones are marked."""
    return await filings_due(authority_of(request), local_day(command(request).now))


@post("/late-filings/{visit_id:uuid}", opt={"action": Action.LATE_FILING_FILE}, status_code=200)
async def file(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[FileLate]) -> Filed:
    """File such a visit: its tasks are made, and the visit under the tablet's id, after their approval where the
    rule-set wants one before. Being late refuses nothing.
    """
    filing = await filing_of(authority_of(request), data)
    return await file_late(command(request), filing, visit_id=visit_id, unit=bearer_of(request).unit)


@post("/late-filings/{visit_id:uuid}/dismissal", opt={"action": Action.LATE_FILING_FILE}, status_code=200)
async def dismiss(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[DismissFiling]) -> FilingEnded:
    """Say that there is none: it was opened by mistake. Its entries stay as they wait, and it may still be filed."""
    row = await dismiss_filing(command(request), visit_id=visit_id, reason=data.reason)
    return FilingEnded(row.visit, row.reason or "")


async def filing_of(authority: UUID, data: FileLate) -> Filing:
    """What is to be filed, with the object that its code names.

    Raises:
        NotFound: `registry.object_unknown` of this authority.
    """
    inspected = await object_by_code(authority, data.object)
    given = {name: getattr(data, name) for name in FileLate.model_fields if name != "object"}
    return Filing(object=inspected.id, **given)


router = Router(
    "/office", route_handlers=[read_filings, read_filings_due, file, dismiss], tags=["office: late filings"]
)
