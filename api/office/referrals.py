"""What follows the results of a visit on one page; and 移送: made, acknowledged, answered, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.office.parameters import PageSize
from api.office.rectifications import RectificationsShown, rectifications_shown
from api.office.visits import my_visit
from api.permits import Action
from inspection.door.files import handed_in
from inspection.kernel.errors import NotFound
from inspection.policy.load import rule_set_named
from inspection.policy.terms import ReferralKind
from inspection.visits.follow_up.acknowledge import CameBack, acknowledge_referral, answer_referral
from inspection.visits.follow_up.read import follow_up_of, list_referrals, open_matters
from inspection.visits.follow_up.refer import MOST_FILES, Wanted, refer
from inspection.visits.follow_up.rows import (
    ConclusionRow,
    HandedOver,
    OpenMatter,
    RecheckRow,
    ReferralResult,
    ReferralRow,
    ReferralState,
    SettledRow,
)
from inspection.visits.follow_up.words import MAX_FORM, MAX_NAME, MAX_NUMBER, MAX_WORDS
from inspection.visits.review.codes import classes_of
from inspection.visits.review.legal import seen_of
from inspection.visits.review.outcomes import OutcomeCode
from inspection.visits.rows import OutcomeRow, VisitRow
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

OK: Final = 200
Form = Annotated[str, Field(min_length=1, max_length=MAX_FORM, pattern=r"\S")]
Seen = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, pattern=r"\S")]
Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS, pattern=r"\S")]
MaybeWords = Annotated[str, Field(max_length=MAX_WORDS)]


class HandOver(Wire):
    """A file of the visit that goes along. `digest`: SHA-256 (hex)."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    name: Name


class Refer(Wire):
    """What is referred where. `seen`: the digest of the outcome on the screen; `form`: a name that the client gives it,
    so that sending it again is no second one; `region`: of a referral to another region.
    """

    outcome: UUID
    seen: Seen
    form: Form
    kind: ReferralKind
    addressee: Name
    ground: Words
    region: Annotated[str, Field(max_length=100)] = ""
    handed: Annotated[tuple[HandOver, ...], Field(max_length=MOST_FILES)] = ()


class EnterReply(Wire):
    """What came back to a referral. `day`: when its sender gave it."""

    form: Form
    day: date
    sender: Name
    their_number: Annotated[str, Field(max_length=MAX_NUMBER)] = ""
    said: MaybeWords = ""

    @property
    def told(self) -> CameBack:
        return CameBack(self.day, self.sender, self.their_number, self.said)


class EnterReceipt(EnterReply):
    """The receipt of a referral: taken, or sent back with the reason in `said`."""

    accepted: bool


class EnterAnswer(EnterReply):
    """What the receiver tells of the case; `closes`: that is the end of it."""

    result: ReferralResult
    closes: bool


@dataclass(frozen=True, slots=True)
class ReferralShown:
    """A referral as it stands."""

    referral: ReferralRow
    state: ReferralState


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """A result that stands. `seen`: what is done about it names this; `classes`: the rule-set's own, by code."""

    outcome: OutcomeRow
    seen: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FollowUpShown:
    """All that follows the results of a visit: what was done, what the party handed in, what is still open."""

    visit: UUID
    outcomes: tuple[OutcomeShown, ...]
    referrals: tuple[ReferralShown, ...]
    rechecks: tuple[RecheckRow, ...]
    settled: tuple[SettledRow, ...]
    conclusions: tuple[ConclusionRow, ...]
    rectifications: RectificationsShown
    open: tuple[OpenMatter, ...]


@get("/visits/{visit_id:uuid}/follow-up", opt={"action": Action.FOLLOW_UP_READ})
async def read_follow_up(request: AnyRequest, visit_id: FromPath[UUID]) -> FollowUpShown:
    """What follows the results of a visit, and what of it is not settled yet."""
    return await follow_up_shown(await my_visit(request, visit_id))


async def follow_up_shown(visit: VisitRow) -> FollowUpShown:
    """The same of a visit that is known."""
    file = await follow_up_of(visit.id)
    return FollowUpShown(
        visit=visit.id,
        outcomes=tuple(_outcome(visit, one) for one in file.standing),
        referrals=tuple(map(_shown, file.referrals)),
        rechecks=file.rechecks,
        settled=file.settled,
        conclusions=file.conclusions,
        rectifications=await rectifications_shown(visit.id),
        open=await open_matters(visit.id),
    )


@get("/referrals", opt={"action": Action.FOLLOW_UP_READ})
async def read_referrals(
    request: AnyRequest, after: FromQuery[UUID | None] = None, limit: PageSize = 100
) -> Sequence[ReferralShown]:
    """A page of referrals by id, those behind `after`."""
    rows = await list_referrals(authority_of(request), after=after, limit=limit)
    return [_shown(row) for row in rows]


@post("/visits/{visit_id:uuid}/referrals", opt={"action": Action.REFERRAL_MAKE})
async def make_referral(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[Refer]) -> ReferralShown:
    """Refer what one result says; only where the rule-set lets this authority refer."""
    await my_outcome(request, visit_id, data.outcome)
    files = tuple(HandedOver(one.digest, one.name) for one in data.handed)
    wanted = Wanted(data.kind, data.addressee, data.ground, data.region, files)
    also = await handed_in(visit_id)
    made = await refer(
        command(request), outcome_id=data.outcome, seen=data.seen, form=data.form, wanted=wanted, also=also
    )
    return _shown(made)


@post("/referrals/{referral_id:uuid}/receipt", opt={"action": Action.REFERRAL_ANSWER}, status_code=OK)
async def acknowledge(request: AnyRequest, referral_id: FromPath[UUID], data: JSONBody[EnterReceipt]) -> ReferralShown:
    """Enter that the receiver took the case, or sent it back and why."""
    cmd = command(request)
    return _shown(
        await acknowledge_referral(cmd, referral_id=referral_id, form=data.form, accepted=data.accepted, told=data.told)
    )


@post("/referrals/{referral_id:uuid}/answers", opt={"action": Action.REFERRAL_ANSWER}, status_code=OK)
async def answer(request: AnyRequest, referral_id: FromPath[UUID], data: JSONBody[EnterAnswer]) -> ReferralShown:
    """Enter what the receiver tells of the case, and its end."""
    row = await answer_referral(
        command(request),
        referral_id=referral_id,
        form=data.form,
        result=data.result,
        told=data.told,
        closes=data.closes,
    )
    return _shown(row)


async def my_outcome(request: AnyRequest, visit_id: UUID, outcome: UUID) -> VisitRow:
    """The visit of the caller's authority, if the result is one of it or of those that are one with it.

    Raises:
        NotFound: `visits.no_visit`, `visits.no_outcome`.
    """
    visit = await my_visit(request, visit_id)
    if all(one.id != outcome for one in (await follow_up_of(visit.id)).outcomes):
        raise NotFound(ProblemCode.NOT_FOUND, "visits.no_outcome", outcome=str(outcome))
    return visit


def _outcome(visit: VisitRow, row: OutcomeRow) -> OutcomeShown:
    found = classes_of(map(OutcomeCode, row.codes), rule_set_named(visit.rule_set).results)
    return OutcomeShown(row, seen_of(row), tuple(one.code for one in found))


def _shown(row: ReferralRow) -> ReferralShown:
    return ReferralShown(row, row.state)


router = Router(
    "/office",
    route_handlers=[read_follow_up, read_referrals, make_referral, acknowledge, answer],
    tags=["office: follow-up"],
)
