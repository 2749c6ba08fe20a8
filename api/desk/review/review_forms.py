"""What is decided of a record at the desk: each form names the state that was on the screen (`seen`)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import see
from api.desk.forms import Form, acted, filled, nested
from api.desk.review.review_page import review_page
from api.office.decisions import Amendment, Link, Loss, Ruling, Weighing, decided
from api.office.reviews import LegalOpinion
from api.office.visits import ApproveVisit, ChoiceMade, ReturnVisit, StateDigest, choice_of, complete_media, my_visit
from api.permits import Action
from api.process import process_of
from inspection.publicity.correct_outcome import correct_outcome
from inspection.visits.review.approve import Choice, approve_visit
from inspection.visits.review.legal import review_legally
from inspection.visits.review.send_back import return_visit
from inspection.visits.rows import FieldRemark
from sync.office.amend import amend


class RulingSeen(Ruling):
    """A ruling on what was on the screen."""

    seen: StateDigest


class WeighingSeen(Weighing):
    """Whether entries count, of what was on the screen."""

    seen: StateDigest


class LossSeen(Loss):
    """A stretch of a log that is lost, of what was on the screen."""

    seen: StateDigest


_DECISIONS: Final[Mapping[str, tuple[type[Any], type[Any]]]] = {
    "admit": (WeighingSeen, Weighing),
    "exclude": (WeighingSeen, Weighing),
    "log.gap": (LossSeen, Loss),
}
"""By its type, the form of a decision and the decision itself; anything else is a ruling, or refused as none."""


class LinkSeen(Link):
    """A link on what was on the screen."""

    seen: StateDigest


class AmendmentSeen(Amendment):
    """An amendment on what was on the screen."""

    seen: StateDigest


class OpinionSeen(LegalOpinion):
    """The legal office's word on the result that was on the screen."""

    seen: StateDigest


class ChoiceSeen(ChoiceMade):
    """Another outcome in the place of the one that was on the screen."""

    seen: StateDigest


@post("/desk/reviews/{visit_id:uuid}/return", opt={"action": Action.VISIT_REVIEW})
async def send_back(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Send the visit back to its inspectors with remarks, check point by check point."""

    async def do(form: Form) -> str:
        told = filled(form, ReturnVisit, fields=rows_told(form, "fields", "remark"))
        points = [FieldRemark(one.checklist, one.item, one.remark) for one in told.fields]
        more: dict[str, Any] = {"remarks": told.remarks, "correct_by": told.correct_by}
        await return_visit(command(request), visit_id=visit_id, seen=told.seen, fields=points, **more)
        return see(f"/desk/reviews/{visit_id}", "desk_review.done_returned")

    return await acted(request, do, lambda: review_page(request, visit_id))


@post("/desk/reviews/{visit_id:uuid}/approval", opt={"action": Action.VISIT_REVIEW})
async def approve(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Settle the record as it was seen and form the outcome of each item."""

    async def do(form: Form) -> str:
        told = filled(form, ApproveVisit, choices=rows_told(form, "choices", "reason", "codes"))
        complete = await complete_media(await my_visit(request, visit_id))
        more: dict[str, Any] = {"media_certified": told.media_certified, "remarks": told.remarks}
        choices = [choice_of(one) for one in told.choices]
        cmd = command(request)
        await approve_visit(cmd, visit_id=visit_id, seen=told.seen, complete=complete, choices=choices, **more)
        return see(f"/desk/reviews/{visit_id}", "desk_review.done_approved")

    return await acted(request, do, lambda: review_page(request, visit_id))


@post("/desk/reviews/{visit_id:uuid}/decisions/{about:str}", opt={"action": Action.VISIT_DECIDE})
async def rule(request: AnyRequest, visit_id: FromPath[UUID], about: FromPath[str]) -> Response[bytes]:
    """Decide a check point, admit or exclude entries, certify a gap. `about` only names the form."""

    async def do(form: Form) -> str:
        seen, plain = _DECISIONS.get(form.get("type"), (RulingSeen, Ruling))
        told = filled(form, seen)
        await decided(request, visit_id, plain(**told.model_dump(exclude={"seen"})), told.seen)
        return see(f"/desk/reviews/{visit_id}", "desk_review.done_decided", at=about)

    return await acted(request, do, lambda: review_page(request, visit_id))


@post("/desk/reviews/{visit_id:uuid}/links", opt={"action": Action.VISIT_LINK})
async def link(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Join two visits of one object, or take them apart again."""

    async def do(form: Form) -> str:
        told = filled(form, LinkSeen)
        await decided(request, visit_id, Link(**told.model_dump(exclude={"seen"})), told.seen)
        return see(f"/desk/reviews/{visit_id}", "desk_review.done_linked")

    return await acted(request, do, lambda: review_page(request, visit_id))


@post("/desk/reviews/{visit_id:uuid}/amendments", opt={"action": Action.VISIT_AMEND})
async def change_published(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Amend a published result openly; a corrected outcome is published by somebody else."""

    async def do(form: Form) -> str:
        told = filled(form, AmendmentSeen, **_one_choice(form))
        made, keys = told.choice, process_of(request).keys
        choice = Choice(made.task, made.codes, made.reason, made.follow_up) if made else None
        more: dict[str, Any] = {"choice": choice, "seen": told.seen, "keys": keys}
        await amend(command(request), visit_id=visit_id, publication=told.publication, reason=told.reason, **more)
        return see(f"/desk/reviews/{visit_id}", "desk_review.done_amended")

    return await acted(request, do, lambda: review_page(request, visit_id))


@post("/desk/reviews/{visit_id:uuid}/outcomes/{outcome_id:uuid}/opinion", opt={"action": Action.VISIT_REVIEW_LEGALLY})
async def give_opinion(request: AnyRequest, visit_id: FromPath[UUID], outcome_id: FromPath[UUID]) -> Response[bytes]:
    """The legal office agrees to a result as it was on the screen, or says what to correct."""

    async def do(form: Form) -> str:
        told = filled(form, OpinionSeen)
        more: dict[str, Any] = {"agreed": told.agreed, "reasons": told.reasons}
        await review_legally(command(request), outcome_id=outcome_id, seen=told.seen, **more)
        return see(f"/desk/reviews/{visit_id}", "desk_review.done_opinion")

    return await acted(request, do, lambda: review_page(request, visit_id))


@post("/desk/reviews/{visit_id:uuid}/outcomes/{outcome_id:uuid}/correction", opt={"action": Action.VISIT_REVIEW})
async def correct(request: AnyRequest, visit_id: FromPath[UUID], outcome_id: FromPath[UUID]) -> Response[bytes]:
    """Correct a result to which the legal office objected and that is not public."""

    async def do(form: Form) -> str:
        told = filled(form, ChoiceSeen)
        choice = Choice(**told.model_dump(exclude={"seen"}))
        await correct_outcome(command(request), outcome_id=outcome_id, seen=told.seen, choice=choice)
        return see(f"/desk/reviews/{visit_id}", "desk_review.done_corrected")

    return await acted(request, do, lambda: review_page(request, visit_id))


def rows_told(form: Form, name: str, *needed: str) -> list[dict[str, Any]]:
    """Of the numbered rows of a form, those in which something of `needed` was said; the others only name what they
    would be about.
    """
    rows = nested(form).get(name, ())
    told = rows if isinstance(rows, list) else ()
    return [row for row in told if isinstance(row, dict) and any(row.get(one) for one in needed)]


def _one_choice(form: Form) -> dict[str, Any]:
    """A blank choice in a form is none."""
    told = nested(form).get("choice")
    blank = isinstance(told, dict) and not (told.get("codes") or told.get("reason"))
    return {"choice": None} if blank else {}


HANDLERS: Final = (send_back, approve, rule, link, change_published, give_opinion, correct)
