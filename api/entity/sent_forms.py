"""What a party sends: what it put right, a rating, a remark without a name, an objection."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from api.commands import AnyRequest
from api.entity.doorway import OPT
from api.entity.formdata import KINDS
from api.entity.sending import Facts, FormPage, Sending, form_page, take_form
from api.entity.session import DoorVisit
from api.process import process_of
from api.throttle import RateClass
from inspection.door.forms import FormKind
from inspection.door.limits import FILE_BYTES, FILES_A_FORM, MIB, NOTE, REMARK
from inspection.door.object import checked_grounds, object_at_the_door, objection_with, open_to_objection
from inspection.door.put_right import put_right
from inspection.door.quota import check_files
from inspection.door.rate import HIGHEST, LOWEST, Question, rate, rating_of
from inspection.door.rectify import checked_note, rectification_with, rectifications_of, rectify
from inspection.door.remark import leave_remark
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import Invalid
from inspection.policy.load import rule_set_named
from inspection.publicity.objections.receive import MAX_GROUNDS
from media.sniff import MEDIA_TYPES
from mobile_contract.problems import ProblemCode

VISIT: Final = "visit"
"""What an objection is about that is not about a published result."""
SENT: Final = {**OPT, "rate": RateClass.DOOR}
FILES: Final = {
    "files_most": FILES_A_FORM,
    "file_mib": FILE_BYTES // MIB,
    "accept": ",".join(sorted({MEDIA_TYPES[kind] for kind in KINDS} | {".heic", ".heif", ".pdf"})),
}


async def _show_rectify(door: DoorVisit) -> Facts:
    left = await put_right(door.visit)
    late = left.is_late(local_day(door.now))
    return {"left": left, "late": late, "handed_in": await rectifications_of(door.visit), "longest": NOTE, **FILES}


async def _rectify(_: AnyRequest, sent: Sending) -> Facts:
    row = await rectification_with(sent.door.visit, sent.name.unique)
    if row is None:
        note = checked_note(sent.text("note"), len(sent.form.files))
        await check_files(sent.door.visit, len(sent.form.files))
        row = await rectify(
            sent.cmd,
            visit_id=sent.door.visit,
            turn=sent.turn,
            form=sent.name.unique,
            note=note,
            files=await sent.keep(),
        )
    return {"row": row}


async def _show_rate(door: DoorVisit) -> Facts:
    return {"rating": await rating_of(door.visit), "questions": list(Question), "marks": range(LOWEST, HIGHEST + 1)}


async def _rate(_: AnyRequest, sent: Sending) -> Facts:
    typed = {question: sent.text(question.value) for question in Question}
    marks = {question: int(told) for question, told in typed.items() if told in {"1", "2", "3", "4", "5"}}
    await rate(sent.cmd, visit_id=sent.door.visit, turn=sent.turn, marks=marks)
    return {}


async def _show_remark(_: DoorVisit) -> Facts:
    return {"longest": REMARK}


async def _remark(request: AnyRequest, sent: Sending) -> Facts:
    await leave_remark(
        sent.cmd,
        visit_id=sent.door.visit,
        turn=sent.turn,
        form=sent.name.unique,
        text=sent.text("text"),
        keys=process_of(request).keys,
    )
    return {}


async def _show_object(door: DoorVisit) -> Facts:
    rules = rule_set_named(door.door.rule_set).objection
    results = await open_to_objection(door.visit)
    return {"results": results, "visit": VISIT, "days": rules.working_days, "longest": MAX_GROUNDS, **FILES}


async def _object(_: AnyRequest, sent: Sending) -> Facts:
    row = await objection_with(sent.door.visit, sent.name.unique)
    if row is None:
        said = checked_grounds(sent.text("grounds"), sent.text("name"), sent.text("contact"))
        publication = await _about(sent)
        await check_files(sent.door.visit, len(sent.form.files))
        row = await object_at_the_door(
            sent.cmd,
            visit_id=sent.door.visit,
            turn=sent.turn,
            form=sent.name.unique,
            publication_id=publication,
            said=said,
            files=await sent.keep(),
        )
    return {"row": row}


async def _about(sent: Sending) -> UUID | None:
    """The publication that was chosen; None for the visit itself."""
    told = sent.text("about")
    if told == VISIT:
        return None
    for one in await open_to_objection(sent.door.visit):
        if str(one.publication) == told:
            return one.publication
    raise Invalid(ProblemCode.INVALID, "door.about_missing")


RECTIFY: Final = FormPage(FormKind.RECTIFY, "result", _show_rectify, _rectify)
RATE: Final = FormPage(FormKind.RATE, "", _show_rate, _rate)
REMARK_PAGE: Final = FormPage(FormKind.REMARK, "", _show_remark, _remark)
OBJECT: Final = FormPage(FormKind.OBJECT, "objections", _show_object, _object)


@get("/rectify", opt=OPT, include_in_schema=False)
async def show_rectify(request: AnyRequest) -> Response[bytes]:
    """What is left to put right, what was handed in, and the form for more."""
    return await form_page(request, RECTIFY)


@post("/rectify", opt=SENT, status_code=200, request_max_body_size=None, include_in_schema=False)
async def send_rectify(request: AnyRequest) -> Response[bytes]:
    """Hand in what shows that something was put right."""
    return await take_form(request, RECTIFY)


@get("/rate", opt=OPT, include_in_schema=False)
async def show_rate(request: AnyRequest) -> Response[bytes]:
    """Five questions."""
    return await form_page(request, RATE)


@post("/rate", opt=SENT, status_code=200, request_max_body_size=None, include_in_schema=False)
async def send_rate(request: AnyRequest) -> Response[bytes]:
    """Rate the visit, once."""
    return await take_form(request, RATE)


@get("/remark", opt=OPT, include_in_schema=False)
async def show_remark(request: AnyRequest) -> Response[bytes]:
    """The form for a remark without a name."""
    return await form_page(request, REMARK_PAGE)


@post("/remark", opt=SENT, status_code=200, request_max_body_size=None, include_in_schema=False)
async def send_remark(request: AnyRequest) -> Response[bytes]:
    """Leave a remark without a name."""
    return await take_form(request, REMARK_PAGE)


@get("/object", opt=OPT, include_in_schema=False)
async def show_object(request: AnyRequest) -> Response[bytes]:
    """The form of an objection."""
    return await form_page(request, OBJECT)


@post("/object", opt=SENT, status_code=200, request_max_body_size=None, include_in_schema=False)
async def send_object(request: AnyRequest) -> Response[bytes]:
    """Object to a published result or to the visit; the answer is the receipt."""
    return await take_form(request, OBJECT)


SENT_HANDLERS: Final = (
    show_rectify,
    send_rectify,
    show_rate,
    send_rate,
    show_remark,
    send_remark,
    show_object,
    send_object,
)
