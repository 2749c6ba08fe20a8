"""What follows the results of a visit: referrals, re-checks, papers handed in, conclusions, penalties."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Did, Form, acted_on, filled
from api.desk.review.heads import named_head
from api.entity.formdata import KINDS
from api.office.conclusions import AttachConclusion, WithdrawPaper, concluded_of
from api.office.penalties import Entered
from api.office.rechecks import AcceptPapers, OrderRecheck
from api.office.referrals import EnterAnswer, EnterReceipt, Refer, follow_up_shown, my_outcome
from api.office.visits import my_visit
from api.permits import Action
from inspection.door.files import handed_in
from inspection.door.limits import FILE_BYTES, MIB
from inspection.door.names import clean_name
from inspection.kernel.errors import Invalid
from inspection.policy.load import rule_set_named
from inspection.publicity.penalties.enter import PenaltyDraft, enter_penalty
from inspection.publicity.penalties.read import penalties_of
from inspection.visits.follow_up.acknowledge import acknowledge_referral, answer_referral
from inspection.visits.follow_up.conclude import attach_conclusion, may_attach, withdraw_conclusion
from inspection.visits.follow_up.order_recheck import Again, order_recheck
from inspection.visits.follow_up.refer import Wanted, refer
from inspection.visits.follow_up.rows import ConclusionKind, HandedOver, ReferralResult
from inspection.visits.follow_up.settle_recheck import accept_papers
from media.arriving import arriving
from mobile_contract.problems import ProblemCode

PIECE: Final = 256 * 1024


async def follow_up_page(request: AnyRequest, visit_id: UUID) -> Response[bytes]:
    """All of it on one page, what is open first."""
    head = await named_head(request, visit_id)
    rules = rule_set_named(head.visit.rule_set)
    facts: dict[str, Any] = {
        "file": await follow_up_shown(head.visit),
        "penalties": await penalties_of(head.id),
        "referral_kinds": rules.referral.kinds,
        "third_parties": rules.method.third_party_conclusions,
        "scheme_required": rules.task.scheme_required,
        "form": str(command(request).new_id()),
    }
    lists = {"conclusion_kinds": tuple(ConclusionKind), "referral_results": tuple(ReferralResult)}
    return desk_page(request, "desk_review/follow_up.html", head=head, lists=lists, **facts)


@get("/desk/visits/{visit_id:uuid}/follow-up", opt={"action": Action.FOLLOW_UP_READ})
async def read_follow_up(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """What follows the results of a visit, and what of it is not settled yet."""
    return await follow_up_page(request, visit_id)


async def _then(request: AnyRequest, visit_id: UUID, done: str, did: Did) -> Response[bytes]:
    """A form of this page: `did`, then the page with what was done."""
    return await acted_on(
        request,
        did,
        see(f"/desk/visits/{visit_id}/follow-up", f"desk_review.done_{done}"),
        lambda: follow_up_page(request, visit_id),
    )


@post("/desk/visits/{visit_id:uuid}/outcomes/{outcome_id:uuid}/referrals", opt={"action": Action.REFERRAL_MAKE})
async def make_referral(request: AnyRequest, visit_id: FromPath[UUID], outcome_id: FromPath[UUID]) -> Response[bytes]:
    """Refer what one result says; only where the rule-set lets this authority refer."""

    async def did(form: Form) -> None:
        told = filled(form, Refer, outcome=str(outcome_id))
        await my_outcome(request, visit_id, told.outcome)
        files = tuple(HandedOver(one.digest, one.name) for one in told.handed)
        wanted = Wanted(told.kind, told.addressee, told.ground, told.region, files)
        more: dict[str, Any] = {"wanted": wanted, "also": await handed_in(visit_id)}
        await refer(command(request), outcome_id=told.outcome, seen=told.seen, form=told.form, **more)

    return await _then(request, visit_id, "referred", did)


@post("/desk/visits/{visit_id:uuid}/referrals/{referral_id:uuid}/receipt", opt={"action": Action.REFERRAL_ANSWER})
async def acknowledge(request: AnyRequest, visit_id: FromPath[UUID], referral_id: FromPath[UUID]) -> Response[bytes]:
    """Enter that the receiver took the case, or sent it back and why."""

    async def did(form: Form) -> None:
        told = filled(form, EnterReceipt)
        more: dict[str, Any] = {"accepted": told.accepted, "told": told.told}
        await acknowledge_referral(command(request), referral_id=referral_id, form=told.form, **more)

    return await _then(request, visit_id, "answered", did)


@post("/desk/visits/{visit_id:uuid}/referrals/{referral_id:uuid}/answers", opt={"action": Action.REFERRAL_ANSWER})
async def answer(request: AnyRequest, visit_id: FromPath[UUID], referral_id: FromPath[UUID]) -> Response[bytes]:
    """Enter what the receiver tells of the case, and its end."""

    async def did(form: Form) -> None:
        told = filled(form, EnterAnswer, closes="closes" in form.texts)
        more: dict[str, Any] = {"result": told.result, "told": told.told, "closes": told.closes}
        await answer_referral(command(request), referral_id=referral_id, form=told.form, **more)

    return await _then(request, visit_id, "answered", did)


@post("/desk/visits/{visit_id:uuid}/outcomes/{outcome_id:uuid}/rechecks", opt={"action": Action.RECHECK_ORDER})
async def order(request: AnyRequest, visit_id: FromPath[UUID], outcome_id: FromPath[UUID]) -> Response[bytes]:
    """Order a re-check: a task outside the draw for the same object, which another person approves."""

    async def did(form: Form) -> None:
        told = filled(form, OrderRecheck, outcome=str(outcome_id))
        await my_outcome(request, visit_id, told.outcome)
        more: dict[str, Any] = {"scheme": told.scheme, "basis": told.basis, "inspectors": told.inspectors}
        again = Again(told.reason, told.starts_on, told.ends_on, unit=bearer_of(request).unit, **more)
        cmd = command(request)
        await order_recheck(cmd, outcome_id=told.outcome, seen=told.seen, form=told.form, again=again)

    return await _then(request, visit_id, "recheck_ordered", did)


@post(
    "/desk/visits/{visit_id:uuid}/outcomes/{outcome_id:uuid}/rectification", opt={"action": Action.RECTIFICATION_SETTLE}
)
async def accept(request: AnyRequest, visit_id: FromPath[UUID], outcome_id: FromPath[UUID]) -> Response[bytes]:
    """Settle what was to be put right on the papers that the party handed in."""

    async def did(form: Form) -> None:
        told = filled(form, AcceptPapers, outcome=str(outcome_id))
        await my_outcome(request, visit_id, told.outcome)
        await accept_papers(command(request), outcome_id=told.outcome, seen=told.seen, reason=told.reason)

    return await _then(request, visit_id, "put_right", did)


@post(
    "/desk/visits/{visit_id:uuid}/conclusions",
    opt={"action": Action.CONCLUSION_ATTACH},
    request_max_body_size=FILE_BYTES + MIB,
)
async def attach(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Attach a third party's conclusion with its one file (PDF or a picture)."""

    async def did(form: Form) -> None:
        told, visit, cmd = filled(form, AttachConclusion), await my_visit(request, visit_id), command(request)
        await may_attach(cmd, visit.id)
        name, digest = await _kept(request, form.files.get("file"))
        concluded = concluded_of(told, name=name, digest=digest)
        await attach_conclusion(cmd, visit_id=visit.id, form=told.form, concluded=concluded)

    return await _then(request, visit_id, "concluded", did)


@post("/desk/visits/{visit_id:uuid}/conclusions/{conclusion_id:uuid}", opt={"action": Action.CONCLUSION_ATTACH})
async def withdraw(request: AnyRequest, visit_id: FromPath[UUID], conclusion_id: FromPath[UUID]) -> Response[bytes]:
    """Say that a conclusion was entered wrongly; it stays readable."""

    async def did(form: Form) -> None:
        reason = filled(form, WithdrawPaper).reason
        await withdraw_conclusion(command(request), conclusion_id=conclusion_id, reason=reason)

    return await _then(request, visit_id, "conclusion_withdrawn", did)


@post("/desk/visits/{visit_id:uuid}/penalties", opt={"action": Action.PENALTY_ENTER})
async def enter(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Enter a penalty that was decided in consequence of this visit."""

    async def did(form: Form) -> None:
        visit = await my_visit(request, visit_id)
        persons = [one.strip() for one in form.get("persons").splitlines() if one.strip()]
        told = filled(form, Entered, object=str(visit.object), visit=str(visit.id), persons=persons)
        draft = PenaltyDraft(**told.model_dump())
        await enter_penalty(command(request), authority=authority_of(request), draft=draft)

    return await _then(request, visit_id, "penalty_entered", did)


async def _kept(request: AnyRequest, file: UploadFile | None) -> tuple[str, str]:
    """The cleaned name and the SHA-256 of the file, now that it is a blob.

    Raises:
        Invalid: none was chosen, or it is neither a PDF nor a picture.
    """
    if file is None:
        raise Invalid(ProblemCode.INVALID, "visits.conclusion_file")
    cmd = command(request)
    async with arriving(cmd) as kept:
        while piece := await file.read(PIECE):
            await kept.add(piece)
        if kept.kind not in KINDS:
            raise Invalid(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "entity.file_kind", name=clean_name(file.filename))
        return clean_name(file.filename), await kept.keep(cmd)


HANDLERS: Final = (*(read_follow_up, make_referral, acknowledge, answer, order, accept, attach, withdraw, enter),)
