"""异议 at the desk: the list, one of them, its review, decision and telling; received at the counter."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Did, Form, acted, acted_on, filled, nested
from api.desk.review.heads import chosen, id_chosen, named_head
from api.office.objections import Decide, ObjectionPaper, Receive, Tell, Withdraw, objection_shown, ruling_of
from api.office.visits import StateDigest
from api.office.withdrawals import Objected
from api.permits import Action
from api.process import process_of
from inspection.kernel.calendar.rules import local_day
from inspection.publicity import store_documents
from inspection.publicity.objections.due import shown_due
from inspection.publicity.objections.read import known_objection, list_objections, objections_of
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import ObjectionState, Told
from inspection.publicity.objections.take import take_objection, withdraw_objection
from inspection.publicity.objections.tell import told_objection
from inspection.publicity.withdraw import withdraw_for_objection
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from mobile_contract.base import Wire
from sync.office.objections import decide_objection

PAGE: Final = 50
READ: Final = {"action": Action.OBJECTION_READ}
REVIEW: Final = {"action": Action.OBJECTION_REVIEW}
# The framework keeps the argument name `state` for itself.
StateTold = Annotated[str, QueryParameter(name="state")]


class TakeSeen(Wire):
    """The objection that was on the screen."""

    seen: StateDigest


class DecideSeen(Decide):
    """A decision on the objection that was on the screen."""

    seen: StateDigest


@get("/desk/objections", opt=READ)
async def read_objections(request: AnyRequest, standing: StateTold = "", after: FromQuery[str] = "") -> Response[bytes]:
    """A page of objections, with what comes next, by when and by whom."""
    wanted = chosen(ObjectionState, standing)
    states = (wanted,) if wanted else ()
    rows = await list_objections(authority_of(request), states=states, after=id_chosen(after), limit=PAGE + 1)
    lines = await shown_due(rows[:PAGE], local_day(command(request).now))
    more = str(rows[PAGE - 1].id) if len(rows) > PAGE else None
    facts: dict[str, Any] = {"lines": lines, "wanted": wanted, "next": more, "after": after}
    return desk_page(request, "desk_review/objections.html", states=tuple(ObjectionState), **facts)


async def objection_page(request: AnyRequest, objection_id: UUID) -> Response[bytes]:
    """One objection with all that is looked at to decide it."""
    row = await known_objection(objection_id, authority=authority_of(request))
    facts: dict[str, Any] = {
        "one": await objection_shown(request, row),
        "papers": tuple(ObjectionPaper),
        "codes": tuple(OutcomeCode),
        "measures": tuple(FollowUp),
        "hows": (Told.HANDED_OVER, Told.POST, Told.ELECTRONIC),
    }
    return desk_page(request, "desk_review/objection.html", **facts)


@get("/desk/objections/{objection_id:uuid}", opt=READ)
async def read_objection(request: AnyRequest, objection_id: FromPath[UUID]) -> Response[bytes]:
    """One objection."""
    return await objection_page(request, objection_id)


async def receive_page(request: AnyRequest, visit_id: UUID) -> Response[bytes]:
    """The form of the counter, with the objections of the visit that are there."""
    head = await named_head(request, visit_id)
    out = {one.publication: one for one in await store_documents.documents(visit=head.id)}
    lines = await shown_due(await objections_of(head.id), local_day(command(request).now))
    facts: dict[str, Any] = {"lines": lines, "out": tuple(out.values()), "form": str(command(request).new_id())}
    return desk_page(request, "desk_review/receive.html", head=head, **facts)


@get("/desk/visits/{visit_id:uuid}/objections", opt={"action": Action.OBJECTION_READ})
async def read_of_visit(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """The objections of one visit."""
    return await receive_page(request, visit_id)


@post("/desk/visits/{visit_id:uuid}/objections", opt={"action": Action.OBJECTION_RECEIVE})
async def receive(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Receive an objection at the counter; its clock starts today."""

    async def do(form: Form) -> str:
        told = filled(form, Receive, visit=str(visit_id))
        names = {"form", "channel", "grounds", "name", "contact"}
        more = told.model_dump(include=names)
        row = await receive_objection(command(request), visit_id=visit_id, publication_id=told.publication, **more)
        return see(f"/desk/objections/{row.id}", "desk_review.done_received")

    return await acted(request, do, lambda: receive_page(request, visit_id))


async def _of(request: AnyRequest, objection: UUID, done: str, did: Did) -> Response[bytes]:
    """A form of one objection: `did`, then its page with what was done."""
    return await acted_on(
        request,
        did,
        see(f"/desk/objections/{objection}", f"desk_review.done_{done}"),
        lambda: objection_page(request, objection),
    )


@post("/desk/objections/{objection_id:uuid}/review", opt=REVIEW)
async def take(request: AnyRequest, objection_id: FromPath[UUID]) -> Response[bytes]:
    """Take it to review it."""

    async def did(form: Form) -> None:
        await take_objection(command(request), objection_id=objection_id, seen=filled(form, TakeSeen).seen)

    return await _of(request, objection_id, "taken", did)


@post("/desk/objections/{objection_id:uuid}/decision", opt=REVIEW)
async def decide(request: AnyRequest, objection_id: FromPath[UUID]) -> Response[bytes]:
    """Uphold the result or correct it, on what was on the screen."""

    async def did(form: Form) -> None:
        instead = nested(form).get("instead")
        blank = {} if isinstance(instead, dict) and instead.get("codes") else {"instead": None}
        told, keys = filled(form, DecideSeen, **blank), process_of(request).keys
        more: dict[str, Any] = {"ruling": ruling_of(told), "keys": keys}
        await decide_objection(command(request), objection_id=objection_id, seen=told.seen, **more)

    return await _of(request, objection_id, "objection_decided", did)


@post("/desk/objections/{objection_id:uuid}/telling", opt=REVIEW)
async def tell(request: AnyRequest, objection_id: FromPath[UUID]) -> Response[bytes]:
    """Note that the party was told of the decision."""

    async def did(form: Form) -> None:
        await told_objection(command(request), objection_id=objection_id, how=filled(form, Tell).how)

    return await _of(request, objection_id, "told", did)


@post("/desk/objections/{objection_id:uuid}/withdrawal", opt={"action": Action.OBJECTION_RECEIVE})
async def withdraw(request: AnyRequest, objection_id: FromPath[UUID]) -> Response[bytes]:
    """The party takes it back, on paper, before it is decided."""

    async def did(form: Form) -> None:
        channel = filled(form, Withdraw).channel
        await withdraw_objection(command(request), objection_id=objection_id, channel=channel)

    return await _of(request, objection_id, "objection_withdrawn", did)


@post("/desk/objections/{objection_id:uuid}/publication-withdrawal", opt={"action": Action.PUBLICATION_WITHDRAW})
async def withdraw_objected(request: AnyRequest, objection_id: FromPath[UUID]) -> Response[bytes]:
    """Take back a result that an objection has turned out to be wrong; never its reviewer."""

    async def did(form: Form) -> None:
        reason = filled(form, Objected).reason
        await withdraw_for_objection(command(request), objection_id=objection_id, reason=reason)

    return await _of(request, objection_id, "withdrawn", did)


HANDLERS: Final = (
    *(read_objections, read_objection, read_of_visit, receive, take, decide, tell, withdraw, withdraw_objected),
)
