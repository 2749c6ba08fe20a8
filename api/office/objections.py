"""异议: received at the counter, reviewed, decided, told; and its papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.office.etags import etag, named_state
from api.office.papers import LANGUAGES, Form, Lang, Page, printed
from api.office.parameters import PageSize
from api.permits import Action
from api.process import process_of
from inspection.documents.of_objection import decision_view, receipt_view
from inspection.documents.papers import make_paper
from inspection.documents.views import PaperKind
from inspection.kernel.calendar.rules import local_day
from inspection.publicity.objections.case import Case, case_of
from inspection.publicity.objections.decide import Instead, Ruling
from inspection.publicity.objections.due import DueObjection, shown_due
from inspection.publicity.objections.read import known_objection, list_objections
from inspection.publicity.objections.receive import MAX_FORM, MAX_GROUNDS, MAX_NAME, receive_objection
from inspection.publicity.objections.rows import Channel, HandedIn, ObjectionRow, ObjectionState, Told
from inspection.publicity.objections.take import take_objection, withdraw_objection
from inspection.publicity.objections.tell import told_objection
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from mobile_contract.base import Wire
from sync.office.objections import decide_objection

OK: Final = 200
READ: Final = {"action": Action.OBJECTION_READ}
REVIEW: Final = {"action": Action.OBJECTION_REVIEW}
PAPER: Final = {"action": Action.PAPER_READ, "uncompressed": True, "answers": ("application/pdf", "image/png")}
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]
StateAsked = Annotated[ObjectionState | None, QueryParameter(name="state")]
Words = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S")]
OnPaper = Literal[Channel.COUNTER, Channel.POST]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, pattern=r"\S")]


class Receive(Wire):
    """An objection that came in on paper. `form`: a name that the client gives it, so that sending again is no second
    one; `publication`: the result it is against, `null` where it is against what was done on the visit.
    """

    visit: UUID
    publication: UUID | None = None
    form: Annotated[str, Field(min_length=1, max_length=MAX_FORM, pattern=r"\S")]
    channel: OnPaper = Channel.COUNTER
    grounds: Annotated[str, Field(min_length=1, max_length=MAX_GROUNDS, pattern=r"\S")]
    name: Name
    contact: Name


class NewResult(Wire):
    """The result that takes the place of the one objected to."""

    codes: Annotated[tuple[OutcomeCode, ...], Field(min_length=1, max_length=20)]
    follow_up: Annotated[tuple[FollowUp, ...], Field(min_length=1, max_length=10)] = (FollowUp.OTHER,)
    rectify_by: date | None = None


class Decide(Wire):
    """What the review found. `instead`: exactly where an objection against a result succeeds."""

    upheld: bool
    facts: Words
    reasons: Words
    instead: NewResult | None = None


class Tell(Wire):
    """How the party was told of the decision."""

    how: Literal[Told.HANDED_OVER, Told.POST, Told.ELECTRONIC]


class Withdraw(Wire):
    """How the party took its objection back."""

    channel: OnPaper = Channel.COUNTER


class ObjectionPaper(StrEnum):
    """The papers of an objection."""

    RECEIPT = "receipt"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class ObjectionShown:
    """An objection with all that is looked at to decide it. `seen` is what a decision on it names in `If-Match`.

    `result`: the codes that stand now; `publication_number` and `version`: `null` while the result is not public.
    """

    due: DueObjection
    seen: str
    publication: UUID | None
    publication_number: str | None
    version: int | None
    result: tuple[str, ...]
    channel: Channel
    received_at: datetime
    grounds: str
    name: str
    contact: str
    files: tuple[HandedIn, ...]
    facts: str | None
    reasons: str | None
    corrected_by: UUID | None
    decided_at: datetime | None
    told_at: datetime | None
    told_how: Told | None


@get("/objections", opt=READ)
async def read_objections(
    request: AnyRequest, standing: StateAsked = None, after: FromQuery[UUID | None] = None, limit: PageSize = 100
) -> Sequence[DueObjection]:
    """A page of objections by id, those behind `after`, with what comes next, by when and by whom."""
    states = (standing,) if standing else ()
    rows = await list_objections(authority_of(request), states=states, after=after, limit=limit)
    return await shown_due(rows, local_day(command(request).now))


@get("/objections/{objection_id:uuid}", opt=READ)
async def read_objection(request: AnyRequest, objection_id: FromPath[UUID]) -> Response[ObjectionShown]:
    """One objection as it stands, its result and its record under one tag."""
    return await _shown(request, await known_objection(objection_id, authority=authority_of(request)))


@post("/objections", opt={"action": Action.OBJECTION_RECEIVE})
async def receive(request: AnyRequest, data: JSONBody[Receive]) -> Response[ObjectionShown]:
    """Receive an objection at the counter; its clock starts today."""
    row = await receive_objection(
        command(request),
        visit_id=data.visit,
        publication_id=data.publication,
        form=data.form,
        channel=data.channel,
        grounds=data.grounds,
        name=data.name,
        contact=data.contact,
    )
    return await _shown(request, row)


@post("/objections/{objection_id:uuid}/review", opt=REVIEW, status_code=OK)
async def take(request: AnyRequest, objection_id: FromPath[UUID], if_match: IfMatch = None) -> Response[ObjectionShown]:
    """Take it to review it: never who inspected, led, or decided on the record or its publication."""
    row = await take_objection(command(request), objection_id=objection_id, seen=named_state(if_match))
    return await _shown(request, row)


@post("/objections/{objection_id:uuid}/decision", opt=REVIEW, status_code=OK)
async def decide(
    request: AnyRequest, objection_id: FromPath[UUID], data: JSONBody[Decide], if_match: IfMatch = None
) -> Response[ObjectionShown]:
    """Uphold the result or correct it, on what was on the screen; another person then publishes what was corrected."""
    seen, keys = named_state(if_match), process_of(request).keys
    row = await decide_objection(
        command(request), objection_id=objection_id, seen=seen, ruling=ruling_of(data), keys=keys
    )
    return await _shown(request, row)


@post("/objections/{objection_id:uuid}/telling", opt=REVIEW, status_code=OK)
async def tell(request: AnyRequest, objection_id: FromPath[UUID], data: JSONBody[Tell]) -> Response[ObjectionShown]:
    """Note that the party was told of the decision; over its page it is told by opening it."""
    return await _shown(request, await told_objection(command(request), objection_id=objection_id, how=data.how))


@post("/objections/{objection_id:uuid}/withdrawal", opt={"action": Action.OBJECTION_RECEIVE}, status_code=OK)
async def withdraw(
    request: AnyRequest, objection_id: FromPath[UUID], data: JSONBody[Withdraw]
) -> Response[ObjectionShown]:
    """The party takes it back, on paper, before it is decided."""
    row = await withdraw_objection(command(request), objection_id=objection_id, channel=data.channel)
    return await _shown(request, row)


@get("/objections/{objection_id:uuid}/papers/{kind:str}", opt=PAPER)
async def read_paper(
    request: AnyRequest,
    objection_id: FromPath[UUID],
    kind: FromPath[ObjectionPaper],
    lang: FromQuery[Lang] = Lang.ZH,
    form: FromQuery[Form] = Form.PDF,
    page: FromQuery[Page] = 1,
) -> Response[bytes]:
    """The receipt, or the decision once it is made."""
    row = await known_objection(objection_id, authority=authority_of(request))
    told = LANGUAGES[lang]
    if kind is ObjectionPaper.RECEIPT:
        paper = make_paper(PaperKind.OBJECTION_RECEIPT, await receipt_view(row.id, lang=told), told)
    else:
        paper = make_paper(PaperKind.OBJECTION_DECISION, await decision_view(row.id, lang=told), told)
    return await printed(paper, f"objection-{kind.value}-{row.id}", form, page)


def ruling_of(data: Decide) -> Ruling:
    """What was decided, as the domain takes it."""
    new = data.instead
    instead = Instead(new.codes, new.follow_up, new.rectify_by) if new is not None else None
    return Ruling(data.upheld, data.facts, data.reasons, instead)


async def _shown(request: AnyRequest, row: ObjectionRow) -> Response[ObjectionShown]:
    told = await objection_shown(request, row)
    return Response(told, headers={"ETag": etag(told.seen)})


async def objection_shown(request: AnyRequest, row: ObjectionRow) -> ObjectionShown:
    """An objection as it stands, its result and its record under one digest."""
    (due,) = await shown_due([row], local_day(command(request).now))
    return _view(await case_of(row), due)


def _view(case: Case, due: DueObjection) -> ObjectionShown:
    row = case.row
    return ObjectionShown(
        due=due,
        seen=case.seen,
        publication=row.publication,
        publication_number=case.out.number if case.out else None,
        version=case.out.version if case.out else None,
        result=case.standing.codes if case.standing else (),
        channel=row.channel,
        received_at=row.received_at,
        grounds=row.grounds,
        name=row.name,
        contact=row.contact,
        files=row.files,
        facts=row.facts,
        reasons=row.reasons,
        corrected_by=row.corrected_by,
        decided_at=row.decided_at,
        told_at=row.told_at,
        told_how=row.told_how,
    )


router = Router(
    "/office",
    route_handlers=[read_objections, read_objection, receive, take, decide, tell, withdraw, read_paper],
    tags=["office: objections"],
)
