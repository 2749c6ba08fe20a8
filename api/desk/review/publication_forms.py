"""What is decided about publications at the desk: approval, release, keeping back, in part, pictures, withdrawal."""

from typing import Final
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import see
from api.desk.forms import Did, Form, acted, acted_on, filled
from api.desk.review.publication_pages import publication_page, publications_page, visit_publication_page
from api.office.chosen_pictures import chosen_pictures
from api.office.publications import Approval, Chosen, Correction, Due, InPart, Lifted, Withheld
from api.office.visits import StateDigest
from api.office.withdrawals import Answered, Asked, Seen
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.publicity.approve_publication import approve_penalty, approve_publication
from inspection.publicity.correct import correct_publication
from inspection.publicity.narrow import narrow_publication, set_pictures, visit_of_result
from inspection.publicity.publish import publish_due
from inspection.publicity.withdraw import approve_withdrawal, ask_withdrawal, refuse_withdrawal
from inspection.publicity.withhold import lift_withholding, withhold

WITHHOLD: Final = {"action": Action.PUBLICATION_WITHHOLD}
APPROVE: Final = {"action": Action.PUBLICATION_APPROVE}
SETTLE: Final = {"action": Action.PUBLICATION_WITHDRAW}


class ApprovalSeen(Approval):
    """That what goes out was looked at for secrets, and the public copy that was on the screen."""

    seen: StateDigest


async def _of(request: AnyRequest, publication: UUID, done: str, did: Did) -> Response[bytes]:
    """A form of one publication: `did`, then its page with what was done."""
    return await acted_on(
        request,
        did,
        see(f"/desk/publications/{publication}", f"desk_review.done_{done}"),
        lambda: publication_page(request, publication),
    )


@post("/desk/visits/{visit_id:uuid}/publication", opt=APPROVE)
async def approve(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Approve that the results of a visit go out as they were on the screen."""

    async def do(form: Form) -> str:
        told = filled(form, ApprovalSeen)
        cmd, reviewed = command(request), told.secrecy_reviewed
        await approve_publication(cmd, visit_id=visit_id, secrecy_reviewed=reviewed, seen=told.seen)
        return see(f"/desk/visits/{visit_id}/publication", "desk_review.done_publication_approved")

    return await acted(request, do, lambda: visit_publication_page(request, visit_id))


@post("/desk/publications/{publication_id:uuid}/penalties/{penalty_id:uuid}", opt=APPROVE)
async def approve_one_penalty(
    request: AnyRequest, publication_id: FromPath[UUID], penalty_id: FromPath[UUID]
) -> Response[bytes]:
    """Approve that a penalty goes out as it was on the screen."""

    async def did(form: Form) -> None:
        told = filled(form, ApprovalSeen)
        cmd, reviewed = command(request), told.secrecy_reviewed
        await approve_penalty(cmd, penalty_id=penalty_id, secrecy_reviewed=reviewed, seen=told.seen)

    return await _of(request, publication_id, "publication_approved", did)


@post("/desk/publications", opt={"action": Action.PUBLICATION_PUBLISH})
async def publish(request: AnyRequest) -> Response[bytes]:
    """Publish every result of this authority that may go out and is due."""

    async def do(form: Form) -> str:
        cmd = command(request)
        report = await publish_due(cmd, through=filled(form, Due).through or local_day(cmd.now))
        numbers = {"out": str(len(report.published)), "kept": str(len(report.kept_in))}
        return see("/desk/publications", "desk_review.done_published", **numbers)

    return await acted(request, do, lambda: publications_page(request))


@post("/desk/publications/{publication_id:uuid}/part", opt=WITHHOLD)
async def narrow(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """Publish a result in part, on a ground in law; it is approved again then."""

    async def did(form: Form) -> None:
        told = filled(form, InPart)
        await narrow_publication(command(request), publication_id=publication_id, **told.model_dump())

    return await _of(request, publication_id, "narrowed", did)


@post("/desk/publications/{publication_id:uuid}/pictures", opt=APPROVE)
async def choose_pictures(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """Let public copies of pictures of the record go out with a result. A box says original and copy: `a-b`."""

    async def did(form: Form) -> None:
        pairs = [one.partition("-") for one in form.all("pictures")]
        told = filled(Form(), Chosen, pictures=[{"original": a, "public_copy": b} for a, _, b in pairs])
        wanted = [(one.original, one.public_copy) for one in told.pictures]
        cmd = command(request)
        pictures = await chosen_pictures(await visit_of_result(cmd, publication_id), wanted)
        await set_pictures(cmd, publication_id=publication_id, pictures=pictures)

    return await _of(request, publication_id, "pictured", did)


@post("/desk/publications/{publication_id:uuid}/withholding", opt=WITHHOLD)
async def keep_back(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """Keep a result back, on a ground in law."""

    async def did(form: Form) -> None:
        told = filled(form, Withheld)
        await withhold(command(request), publication_id=publication_id, **told.model_dump())

    return await _of(request, publication_id, "withheld", did)


@post("/desk/publications/{publication_id:uuid}/withholding/end", opt=WITHHOLD)
async def let_go(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """Let a withheld result go on where it stood."""

    async def did(form: Form) -> None:
        reason = filled(form, Lifted).reason
        await lift_withholding(command(request), publication_id=publication_id, reason=reason)

    return await _of(request, publication_id, "let_go", did)


@post("/desk/publications/{publication_id:uuid}/correction", opt=APPROVE)
async def correct(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """Publish the outcome that took the place of the one that is out, as a further version."""

    async def did(form: Form) -> None:
        reason = filled(form, Correction).reason
        await correct_publication(command(request), publication_id=publication_id, reason=reason)

    return await _of(request, publication_id, "publication_corrected", did)


@post("/desk/publications/{publication_id:uuid}/withdrawals", opt={"action": Action.WITHDRAWAL_ASK})
async def ask(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """Ask that what is out be taken back; somebody else carries it out."""

    async def did(form: Form) -> None:
        told = filled(form, Asked)
        cmd = command(request)
        await ask_withdrawal(cmd, publication_id=publication_id, ground=told.ground, reason=told.reason)

    return await _of(request, publication_id, "withdrawal_asked", did)


@post("/desk/publications/{publication_id:uuid}/withdrawal", opt=SETTLE)
async def withdraw(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """Take it back, as somebody else asked."""

    async def did(form: Form) -> None:
        asked = filled(form, Seen).withdrawal
        await approve_withdrawal(command(request), publication_id=publication_id, withdrawal_id=asked)

    return await _of(request, publication_id, "withdrawn", did)


@post("/desk/publications/{publication_id:uuid}/withdrawal-refusal", opt=SETTLE)
async def refuse(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """Leave it public, and say why."""

    async def did(form: Form) -> None:
        told = filled(form, Answered)
        cmd = command(request)
        await refuse_withdrawal(cmd, publication_id=publication_id, withdrawal_id=told.withdrawal, answer=told.answer)

    return await _of(request, publication_id, "withdrawal_refused", did)


HANDLERS: Final = (
    *(approve, approve_one_penalty, publish, narrow, choose_pictures, keep_back, let_go, correct),
    *(ask, withdraw, refuse),
)
