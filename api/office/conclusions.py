"""第三方结论: attached with its file, read beside the record, withdrawn when it was entered wrongly."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import date
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, command
from api.entity.formdata import SentForm, Trouble, read_formdata
from api.office.referrals import OK, Form, Name, Words
from api.office.visits import my_visit
from api.permits import Action
from api.requests import decode_wire
from inspection.kernel.errors import Invalid
from inspection.visits.follow_up.conclude import (
    MAX_QUALIFICATION,
    Concluded,
    attach_conclusion,
    conclusion_with,
    may_attach,
    withdraw_conclusion,
)
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.follow_up.rows import ConclusionKind, ConclusionRow
from inspection.visits.follow_up.words import MAX_FORM, MAX_NUMBER
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

MULTIPART: Final = frozenset({"multipart/form-data"})
_CODES: Final = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ProblemCode.TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ProblemCode.UNSUPPORTED_MEDIA_TYPE,
}


class AttachConclusion(Wire):
    """The fields of the form besides its file. `form` comes first: a name that the client gives it, so that sending it
    again is no second conclusion.
    """

    form: Form
    item: UUID
    kind: ConclusionKind
    institution: Name
    qualification: Annotated[str, Field(min_length=1, max_length=MAX_QUALIFICATION, pattern=r"\S")]
    number: Annotated[str, Field(min_length=1, max_length=MAX_NUMBER, pattern=r"\S")]
    issued_on: date
    said: Words


class WithdrawPaper(Wire):
    """Why it does not count."""

    reason: Words


@get("/visits/{visit_id:uuid}/conclusions", opt={"action": Action.FOLLOW_UP_READ})
async def read_conclusions(request: AnyRequest, visit_id: FromPath[UUID]) -> Sequence[ConclusionRow]:
    """The conclusions on a visit, withdrawn ones included; a file is read under the visit's media."""
    return (await follow_up_of((await my_visit(request, visit_id)).id)).conclusions


@post(
    "/visits/{visit_id:uuid}/conclusions",
    opt={"action": Action.CONCLUSION_ATTACH, "body": MULTIPART},
    request_max_body_size=None,
)
async def attach(request: AnyRequest, visit_id: FromPath[UUID]) -> ConclusionRow:
    """Attach a conclusion with its one file (PDF or a picture), as a form whose first field is `form`."""
    visit, cmd = await my_visit(request, visit_id), command(request)
    await may_attach(cmd, visit.id)
    async with AsyncExitStack() as stack:
        form = await read_formdata(request, cmd, stack, _admit)
        told = _told(form)
        known = await conclusion_with(visit.id, told.form)
        if known is not None:
            return known
        concluded = concluded_of(told, name=form.files[0][0], digest=await form.files[0][1].keep(cmd))
        return await attach_conclusion(cmd, visit_id=visit.id, form=told.form, concluded=concluded)


@post("/conclusions/{conclusion_id:uuid}/withdrawal", opt={"action": Action.CONCLUSION_ATTACH}, status_code=OK)
async def withdraw(request: AnyRequest, conclusion_id: FromPath[UUID], data: JSONBody[WithdrawPaper]) -> ConclusionRow:
    """Say that a conclusion was entered wrongly; it stays readable."""
    return await withdraw_conclusion(command(request), conclusion_id=conclusion_id, reason=data.reason)


async def _admit(name: str) -> bool:
    return 0 < len(name.strip()) <= MAX_FORM


def _told(form: SentForm) -> AttachConclusion:
    """The fields, if the form came whole and with exactly one file.

    Raises:
        Invalid: what is wrong with the form, its file or a field.
    """
    trouble = form.trouble or (None if form.admitted else Trouble("entity.form_broken"))
    if trouble is None and len(form.files) != 1:
        trouble = Trouble("visits.conclusion_file")
    if trouble is not None:
        code = _CODES.get(HTTPStatus(trouble.status), ProblemCode.INVALID)
        raise Invalid(code, trouble.key, **trouble.facts)
    told = decode_wire(AttachConclusion, form.texts)
    assert isinstance(told, AttachConclusion)  # noqa: S101  what was asked for
    return told


def concluded_of(told: AttachConclusion, *, name: str, digest: str) -> Concluded:
    """What was told, with its one file."""
    return Concluded(
        item=told.item,
        kind=told.kind,
        institution=told.institution,
        qualification=told.qualification,
        number=told.number,
        issued_on=told.issued_on,
        said=told.said,
        digest=digest,
        name=name,
    )


router = Router("/office", route_handlers=[read_conclusions, attach, withdraw], tags=["office: follow-up"])
