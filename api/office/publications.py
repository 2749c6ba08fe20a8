"""一公开: what is due, its approval, what is withheld, and letting out what may go."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.office.chosen_pictures import chosen_pictures
from api.office.etags import etag, named_state
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.publicity.approve_publication import approve_publication, previews
from inspection.publicity.correct import Corrected, correct_publication
from inspection.publicity.due_list import DueItem, DueWithdrawal, due_list
from inspection.publicity.narrow import MAX_PICTURES, narrow_publication, set_pictures, visit_of_result
from inspection.publicity.objections.due import DueObjection
from inspection.publicity.preview import Preview
from inspection.publicity.publish import PublishReport, publish_due
from inspection.publicity.release import Ground, Standing
from inspection.publicity.withhold import lift_withholding, withhold
from mobile_contract.base import Wire

Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


class Withheld(Wire):
    """Why a result stays in; `until` is the first day it may go out again, `null` for good."""

    reason: Reason
    ground: Ground
    until: date | None = None


class Lifted(Wire):
    """Why a withheld result goes on."""

    reason: Reason


class Correction(Wire):
    """Why the published result is replaced by a further version; left out: the reason of the corrected result."""

    reason: Reason | None = None


class Approval(Wire):
    """`secrecy_reviewed`: the approver states that what goes out was looked at for secrets."""

    secrecy_reviewed: bool


class InPart(Wire):
    """What of a result is left out or masked, on what ground and why; with neither, it is published whole again."""

    left_out: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    masked: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    ground: Ground
    reason: Reason


class CopyOf(Wire):
    """A public copy of a file of the record; both by SHA-256 (hex)."""

    original: Sha256
    public_copy: Sha256


class Chosen(Wire):
    """The pictures that go out with a result, in this order."""

    pictures: Annotated[tuple[CopyOf, ...], Field(max_length=MAX_PICTURES)]


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
async def read_due(
    request: AnyRequest, on: FromQuery[date | None] = None
) -> tuple[DueItem | DueObjection | DueWithdrawal, ...]:
    """What is still to be published and which objections are to be settled, the most urgent first, judged on a day
    (today).
    """
    day = on or local_day(command(request).now)
    return await due_list(authority=authority_of(request), on=day)


@get("/visits/{visit_id:uuid}/publication", opt={"action": Action.PUBLICATION_APPROVE})
async def read_previews(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[tuple[Preview, ...]]:
    """What would go out of a visit as it stands: every public field, what is withheld; its approval names the tag."""
    shown, seen = await previews(command(request), visit_id=visit_id)
    return Response(shown, headers={"ETag": etag(seen)})


@post("/visits/{visit_id:uuid}/publication-approval", opt={"action": Action.PUBLICATION_APPROVE})
async def approve(
    request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[Approval], if_match: IfMatch = None
) -> Approved:
    """Approve that the results of a visit are published; never the person who approved its record. `If-Match`: the tag
    of what was on the screen, so that nothing else goes out.
    """
    seen = named_state(if_match) if if_match else None
    cmd = command(request)
    covered = await approve_publication(cmd, visit_id=visit_id, secrecy_reviewed=data.secrecy_reviewed, seen=seen)
    return Approved(publications=covered)


@put("/publications/{publication_id:uuid}/part", opt={"action": Action.PUBLICATION_WITHHOLD}, status_code=200)
async def narrow(request: AnyRequest, publication_id: FromPath[UUID], data: JSONBody[InPart]) -> InPart:
    """Publish a result in part, on a ground in law; it is approved again then."""
    part = await narrow_publication(command(request), publication_id=publication_id, **data.model_dump())
    return InPart(
        left_out=tuple(sorted(part.left_out)), masked=tuple(sorted(part.masked)), ground=part.ground, reason=part.reason
    )


@put("/publications/{publication_id:uuid}/pictures", opt={"action": Action.PUBLICATION_APPROVE}, status_code=200)
async def choose_pictures(request: AnyRequest, publication_id: FromPath[UUID], data: JSONBody[Chosen]) -> Chosen:
    """Let public copies of pictures of the record go out with a result, never an original; it is approved again."""
    cmd = command(request)
    wanted = [(one.original, one.public_copy) for one in data.pictures]
    pictures = await chosen_pictures(await visit_of_result(cmd, publication_id), wanted)
    rows = await set_pictures(cmd, publication_id=publication_id, pictures=pictures)
    return Chosen(pictures=tuple(CopyOf(original=row.original, public_copy=row.digest) for row in rows))


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
    "/office",
    route_handlers=[
        *(read_due, read_previews, approve, narrow, choose_pictures, keep_back, let_go, publish, correct),
    ],
    tags=["office: publications"],
)
