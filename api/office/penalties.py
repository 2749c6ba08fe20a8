"""行政处罚: entered, approved for publication, annulled."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.office.etags import etag, named_state
from api.office.parameters import PageSize
from api.office.publications import Approval, Approved, IfMatch
from api.office.visits import my_visit
from api.permits import Action
from inspection.publicity.approve_publication import approve_penalty, penalty_preview
from inspection.publicity.penalties.annul import Annulled, annul_penalty
from inspection.publicity.penalties.enter import PenaltyDraft, enter_penalty
from inspection.publicity.penalties.read import PenaltyFile, known_penalty, listed_penalties, penalties_of
from inspection.publicity.penalties.rules import MAX_FEN, MAX_LINE, MAX_PERSONS, MAX_TEXT
from inspection.publicity.penalties.store import AnnulledBy
from inspection.publicity.preview import Preview
from mobile_contract.base import Wire

READ: Final = {"action": Action.PENALTY_READ}
Line = Annotated[str, Field(min_length=1, max_length=MAX_LINE)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]


class Entered(Wire):
    """A penalty as its decision says. `number`: 处罚决定书文号; `amount_fen`: the fine in hundredths of a yuan, `null`
    without one; `persons`: natural persons whom the texts name and who are not punished.
    """

    object: UUID
    visit: UUID | None = None
    number: Line
    decided_on: date
    violation: Words
    basis: Words
    content: Words
    amount_fen: Annotated[int | None, Field(ge=1, le=MAX_FEN)] = None
    persons: Annotated[tuple[Line, ...], Field(max_length=MAX_PERSONS)] = ()


class Annulment(Wire):
    """Who annulled it, by which judgment or decision, why, on which day."""

    by: AnnulledBy
    number: Line
    ground: Words
    annulled_on: date


@get("/penalties", opt=READ)
async def read_penalties(
    request: AnyRequest,
    visit: FromQuery[UUID | None] = None,
    after: FromQuery[UUID | None] = None,
    limit: PageSize = 100,
) -> tuple[PenaltyFile, ...]:
    """Penalties, the oldest first: those a visit led to, or a page of all, those behind `after`."""
    if visit is not None:
        return await penalties_of((await my_visit(request, visit)).id)
    return await listed_penalties(authority_of(request), after, limit)


@get("/penalties/{penalty_id:uuid}", opt=READ)
async def read_penalty(request: AnyRequest, penalty_id: FromPath[UUID]) -> PenaltyFile:
    """One penalty with what became of it; what was removed from the public register stays here."""
    return await known_penalty(penalty_id, authority=authority_of(request))


@post("/penalties", opt={"action": Action.PENALTY_ENTER})
async def enter(request: AnyRequest, data: JSONBody[Entered]) -> PenaltyFile:
    """Enter a penalty that was decided in consequence of an inspection; the clock of its publication runs from then."""
    draft = PenaltyDraft(**data.model_dump())
    return await enter_penalty(command(request), authority=authority_of(request), draft=draft)


@get("/penalties/{penalty_id:uuid}/publication", opt={"action": Action.PUBLICATION_APPROVE})
async def read_preview(request: AnyRequest, penalty_id: FromPath[UUID]) -> Response[tuple[Preview, ...]]:
    """What would go out of a penalty as it stands, with its persons masked; its approval names the tag."""
    shown, seen = await penalty_preview(command(request), penalty_id=penalty_id)
    return Response(shown, headers={"ETag": etag(seen)})


@post("/penalties/{penalty_id:uuid}/publication-approval", opt={"action": Action.PUBLICATION_APPROVE})
async def approve(
    request: AnyRequest, penalty_id: FromPath[UUID], data: JSONBody[Approval], if_match: IfMatch = None
) -> Approved:
    """Approve that a penalty is published; never the person who entered it."""
    cmd, seen = command(request), named_state(if_match) if if_match else None
    reviewed = data.secrecy_reviewed
    covered = await approve_penalty(cmd, penalty_id=penalty_id, secrecy_reviewed=reviewed, seen=seen)
    return Approved(publications=covered)


@post("/penalties/{penalty_id:uuid}/annulment", opt={"action": Action.PENALTY_ANNUL})
async def annul(request: AnyRequest, penalty_id: FromPath[UUID], data: JSONBody[Annulment]) -> PenaltyFile:
    """Write down that a penalty was annulled; what is out of it is to be removed within five working days."""
    annulled = Annulled(**data.model_dump())
    return await annul_penalty(command(request), penalty_id=penalty_id, annulled=annulled)


router = Router(
    "/office",
    route_handlers=[read_penalties, read_penalty, enter, read_preview, approve, annul],
    tags=["office: publications"],
)
