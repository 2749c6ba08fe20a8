"""一公开: what is due, its approval, what is withheld, and letting out what may go."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.correct import Corrected, correct_publication
from inspection.publicity.due_list import DueItem, due_list
from inspection.publicity.objections.due import DueObjection
from inspection.publicity.publish import PublishReport, publish_due
from inspection.publicity.release import Ground, Standing
from inspection.publicity.withhold import lift_withholding, withhold
from mobile_contract.base import Wire

Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class Withheld(Wire):
    """Why a result stays in; `until` is the first day it may go out again, `null` for good."""

    reason: Reason
    ground: Ground
    until: date | None = None


class Lifted(Wire):
    """Why a withheld result goes on."""

    reason: Reason


class Correction(Wire):
    """Why the published result is replaced by a further version."""

    reason: Reason


class Due(Wire):
    """Publish what is due on this day or earlier; today when it is not given."""

    through: date | None = None


class Approved(Wire):
    """The publications that the approval covers now."""

    publications: tuple[UUID, ...]


class Stands(Wire):
    """Where the publication stands now."""

    standing: Standing


@get("/due", opt={"action": Action.DUE_READ})
async def read_due(request: AnyRequest, on: FromQuery[date | None] = None) -> tuple[DueItem | DueObjection, ...]:
    """What is still to be published and which objections are to be settled, the most urgent first, judged on a day
    (today).
    """
    day = on or local_day(command(request).now)
    return await due_list(authority=authority_of(request), on=day)


@post("/visits/{visit_id:uuid}/publication-approval", opt={"action": Action.PUBLICATION_APPROVE})
async def approve(request: AnyRequest, visit_id: FromPath[UUID]) -> Approved:
    """Approve that the results of a visit are published; never the person who approved its record."""
    return Approved(publications=await approve_publication(command(request), visit_id=visit_id))


@post("/publications/{publication_id:uuid}/withholding", opt={"action": Action.PUBLICATION_WITHHOLD})
async def keep_back(request: AnyRequest, publication_id: FromPath[UUID], data: JSONBody[Withheld]) -> Stands:
    """Keep a result back, on a ground in law."""
    cmd = command(request)
    await withhold(cmd, publication_id=publication_id, reason=data.reason, ground=data.ground, until=data.until)
    return Stands(standing=Standing.WITHHELD)


@post("/publications/{publication_id:uuid}/withholding/end", opt={"action": Action.PUBLICATION_WITHHOLD})
async def let_go(request: AnyRequest, publication_id: FromPath[UUID], data: JSONBody[Lifted]) -> Stands:
    """Let a withheld result go on where it stood."""
    standing = await lift_withholding(command(request), publication_id=publication_id, reason=data.reason)
    return Stands(standing=standing)


@post("/publications/publish-due", opt={"action": Action.PUBLICATION_PUBLISH}, status_code=200)
async def publish(request: AnyRequest, data: JSONBody[Due]) -> PublishReport:
    """Publish every result of this authority that may go out and is due."""
    cmd = command(request)
    return await publish_due(cmd, through=data.through or local_day(cmd.now))


@post("/publications/{publication_id:uuid}/correction", opt={"action": Action.PUBLICATION_APPROVE}, status_code=200)
async def correct(request: AnyRequest, publication_id: FromPath[UUID], data: JSONBody[Correction]) -> Corrected:
    """Publish the outcome that took the place of the one that is out, as a further version under the same number."""
    return await correct_publication(command(request), publication_id=publication_id, reason=data.reason)


router = Router(
    "/office", route_handlers=[read_due, approve, keep_back, let_go, publish, correct], tags=["office: publications"]
)
