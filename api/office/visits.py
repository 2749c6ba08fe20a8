"""Visits, seen from the office: assembled, led, unsealed, reviewed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.language import Language, preferred
from api.office.etags import etag
from api.office.parameters import PageSize
from api.permits import Action
from inspection.kernel.catalogue import text
from inspection.kernel.errors import NotFound
from inspection.visits.listing import VisitLine, list_visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.record import VisitRecord
from inspection.visits.review.approve import Approved, Choice, approve_visit
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.review.send_back import return_visit
from inspection.visits.rows import FieldRemark, ReviewRow, VisitRow
from inspection.visits.states import UNNAMED, VisitState
from media.blobs import claimed_digests
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

OK: Final = 200
Remarks = Annotated[str, Field(max_length=4000)]
# The framework keeps the argument name `state` for itself.
StateAsked = Annotated[VisitState | None, QueryParameter(name="state")]
StateDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Assemble(Wire):
    """The sealed draw whose visits are to be made."""

    draw: UUID


class AssembledCount(Wire):
    """How many visits are new, and how many joined one that was open for the same object.

    `held`: tickets (hex) whose object has had its visits of the year since the freeze; ask for another object, with the
    reason cap-race.
    """

    created: int
    merged: int
    held: tuple[str, ...] = ()


class NameLeader(Wire):
    """An inspector of the team. `reason`: why not the one whom the lot proposes, where there is one."""

    inspector: UUID
    reason: Annotated[str, Field(max_length=1000)] = ""


@dataclass(frozen=True, slots=True)
class VisitShown:
    """A visit after a step. `object` is `null` while it is sealed."""

    id: UUID
    state: VisitState
    object: UUID | None
    leader: UUID | None
    starts_on: date
    ends_on: date
    unsealed_at: datetime | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecordShown:
    """The record as it stands. `seen` is what a decision on it must name.

    `words`: for each ground by which a check point of it has its class, a sentence in the reader's language.
    """

    visit: UUID
    state: VisitState
    seen: str
    record: VisitRecord
    words: dict[str, str]


class ChoiceMade(Wire):
    """A reviewer's own outcome of one task's item instead of the proposed one, and why.

    `rectify_by`: the last day to put it right, where one is set; `problems` and `handling`: 发现问题情况 and 处置情况
    in the reviewer's words; `basis`: third parties' conclusions that it rests on.
    """

    task: UUID
    codes: Annotated[tuple[OutcomeCode, ...], Field(min_length=1, max_length=20)]
    reason: Annotated[str, Field(min_length=1, max_length=4000)]
    follow_up: Annotated[tuple[FollowUp, ...], Field(min_length=1, max_length=10)] = (FollowUp.OTHER,)
    rectify_by: date | None = None
    problems: Remarks = ""
    handling: Remarks = ""
    basis: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()


class ApproveVisit(Wire):
    """Approve exactly what was seen. `media_certified`: missing media are lost for good; `remarks` say why."""

    seen: StateDigest
    choices: Annotated[tuple[ChoiceMade, ...], Field(max_length=100)] = ()
    media_certified: bool = False
    remarks: Remarks = ""


class PointReturned(Wire):
    """A check point to be corrected, by checklist and item, and what is wrong with it."""

    checklist: Annotated[str, Field(min_length=1, max_length=100)]
    item: Annotated[str, Field(min_length=1, max_length=100)]
    remark: Annotated[str, Field(min_length=1, max_length=4000)]


class ReturnVisit(Wire):
    """Send exactly what was seen back, with remarks; `fields`: the check points to be corrected; `correct_by`: the last
    day on which that is in time.
    """

    seen: StateDigest
    remarks: Annotated[str, Field(min_length=1, max_length=4000)]
    fields: Annotated[tuple[PointReturned, ...], Field(max_length=500)] = ()
    correct_by: date | None = None


@post("/visits", opt={"action": Action.VISIT_ASSEMBLE}, status_code=OK)
async def assemble(request: AnyRequest, data: JSONBody[Assemble]) -> AssembledCount:
    """Make the visits of a sealed draw; they stay secret until they are unsealed. Repeating it makes none twice."""
    made = await assemble_visits(command(request), draw_id=data.draw)
    return AssembledCount(created=len(made.created), merged=len(made.merged), held=made.held)


@get("/visits", opt={"action": Action.VISIT_READ})
async def read_visits(
    request: AnyRequest,
    standing: StateAsked = None,
    leader: FromQuery[UUID | None] = None,
    after: FromQuery[UUID | None] = None,
    limit: PageSize = 100,
) -> Sequence[VisitLine]:
    """A page of visits by id, those behind `after`. A sealed one does not say whom it is about."""
    states = (standing,) if standing else ()
    return await list_visits(authority_of(request), states=states, leader=leader, after=after, limit=limit)


@post("/visits/{visit_id:uuid}/leader", opt={"action": Action.VISIT_NAME_LEADER}, status_code=OK)
async def lead(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[NameLeader]) -> VisitShown:
    """The section head names the leader among the drawn inspectors."""
    return _shown(
        await name_leader(command(request), visit_id=visit_id, inspector_id=data.inspector, reason=data.reason)
    )


@post("/visits/{visit_id:uuid}/unsealing", opt={"action": Action.VISIT_UNSEAL}, status_code=OK)
async def unseal(request: AnyRequest, visit_id: FromPath[UUID]) -> VisitShown:
    """Tell the team whom it inspects; the moment is on record."""
    return _shown(await unseal_visit(command(request), visit_id=visit_id))


@get("/visits/{visit_id:uuid}/record", opt={"action": Action.VISIT_READ})
async def read_record(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[RecordShown]:
    """The record folded from the entries that are here, with what is still missing and still open."""
    visit = await my_visit(request, visit_id)
    folded = await fold_visit(visit)
    folded = folded.with_media(await claimed_digests(visit.authority, folded.record.missing_media))
    words = _words(folded.record, preferred(request.headers.get("accept-language")))
    shown = RecordShown(visit.id, visit.state, folded.digest, folded.record, words)
    return Response(shown, headers={"ETag": etag(folded.digest)})


@post("/visits/{visit_id:uuid}/approval", opt={"action": Action.VISIT_REVIEW}, status_code=OK)
async def approve(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[ApproveVisit]) -> Approved:
    """Settle the record as it was seen and form the outcome of each item."""
    visit = await my_visit(request, visit_id)
    complete = await complete_media(visit)
    choices = [choice_of(one) for one in data.choices]
    return await approve_visit(
        command(request),
        visit_id=visit_id,
        seen=data.seen,
        complete=complete,
        choices=choices,
        media_certified=data.media_certified,
        remarks=data.remarks,
    )


@post("/visits/{visit_id:uuid}/return", opt={"action": Action.VISIT_REVIEW}, status_code=OK)
async def send_back(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[ReturnVisit]) -> ReviewRow:
    """Send the visit back to its inspectors with remarks."""
    fields = [FieldRemark(one.checklist, one.item, one.remark) for one in data.fields]
    return await return_visit(
        command(request),
        visit_id=visit_id,
        seen=data.seen,
        remarks=data.remarks,
        fields=fields,
        correct_by=data.correct_by,
    )


def choice_of(made: ChoiceMade) -> Choice:
    """An outcome as a person chose it."""
    return Choice(**dict(made))


async def my_visit(request: AnyRequest, visit_id: UUID) -> VisitRow:
    """A visit of the caller's authority; NotFound for any other."""
    visit = await known_visit(visit_id)
    if visit.authority != authority_of(request):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    return visit


async def complete_media(visit: VisitRow) -> frozenset[str]:
    """Which of the media that the record refers to are here; folded without any, all of them count as missing."""
    return await claimed_digests(visit.authority, (await fold_visit(visit)).record.missing_media)


def _words(record: VisitRecord, language: Language) -> dict[str, str]:
    found = {ground.word for item in record.items for ground in item.because}
    return {word.value: text(f"visits.ground.{word}", language) for word in sorted(found)}


def _shown(visit: VisitRow) -> VisitShown:
    return VisitShown(
        id=visit.id,
        state=visit.state,
        object=visit.object if visit.unsealed_at is not None or visit.state not in UNNAMED else None,
        leader=visit.leader,
        starts_on=visit.starts_on,
        ends_on=visit.ends_on,
        unsealed_at=visit.unsealed_at,
        approved_at=visit.approved_at,
    )


router = Router(
    "/office",
    route_handlers=[
        assemble,
        read_visits,
        lead,
        unseal,
        read_record,
        approve,
        send_back,
    ],
    tags=["office: visits"],
)
