"""The prescribed papers of a visit, as PDF to print and as a picture to look at."""

from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter

from api.commands import AnyRequest, command
from api.entity.printed import printed_link
from api.office.visits import my_visit
from api.permits import Action
from inspection.documents.blocks import Paper
from inspection.documents.of_record import record_view
from inspection.documents.of_refusal import refusal_view
from inspection.documents.of_result import result_view
from inspection.documents.of_visit import approval_view, notice_view
from inspection.documents.papers import make_paper
from inspection.documents.press import set_pdf, set_picture
from inspection.documents.views import PaperKind
from inspection.kernel.catalogue import DEFAULT_LANGUAGE
from media.serving import GUARDS
from media.signature import render_svg
from mobile_contract.ink import Ink

LANGUAGES: Final = {"zh": DEFAULT_LANGUAGE, "en": "en"}
OPT: Final = {"action": Action.PAPER_READ, "uncompressed": True}
NO_STORE: Final = "no-store"

Hash = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_-]{43}$", description="hash of the refusal's entry")]
Page = Annotated[int, QueryParameter(ge=1, le=200, description="which page, of a picture")]


class VisitPaper(StrEnum):
    """The papers of a visit."""

    APPROVAL = "approval"
    NOTICE = "notice"
    RECORD = "record"
    RESULT = "result"


class Form(StrEnum):
    """As a file to print or as a picture of one page."""

    PDF = "pdf"
    PNG = "png"


class Lang(StrEnum):
    """Chinese, or English on request."""

    ZH = "zh"
    EN = "en"


@get("/visits/{visit_id:uuid}/papers/{kind:str}", opt=OPT)
async def read_paper(
    request: AnyRequest,
    visit_id: FromPath[UUID],
    kind: FromPath[VisitPaper],
    lang: FromQuery[Lang] = Lang.ZH,
    form: FromQuery[Form] = Form.PDF,
    page: FromQuery[Page] = 1,
) -> Response[bytes]:
    """Approval, notice, record form or notice of the result. The same record gives the same bytes."""
    visit = await my_visit(request, visit_id)
    view = await _view(request, visit.id, kind, LANGUAGES[lang])
    return await _answer(
        make_paper(PaperKind(kind.value), view, LANGUAGES[lang]), f"{kind.value}-{visit.id}", form, page
    )


@get("/visits/{visit_id:uuid}/papers/refusals/{entry:str}", opt=OPT)
async def read_refusal_note(
    request: AnyRequest,
    visit_id: FromPath[UUID],
    entry: Hash,
    lang: FromQuery[Lang] = Lang.ZH,
    form: FromQuery[Form] = Form.PDF,
) -> Response[bytes]:
    """The note on a refusal to sign, on being unable to or on nobody being there, or on any other refusal."""
    visit = await my_visit(request, visit_id)
    view = await refusal_view(visit.id, entry, lang=LANGUAGES[lang], draw=_drawn)
    return await _answer(make_paper(PaperKind.REFUSAL, view, LANGUAGES[lang]), f"refusal-{entry}", form, 1)


async def _view(request: AnyRequest, visit: UUID, kind: VisitPaper, lang: str) -> Any:
    at = command(request).now
    match kind:
        case VisitPaper.APPROVAL:
            return await approval_view(visit, lang=lang)
        case VisitPaper.NOTICE:
            return await notice_view(visit, at=at, lang=lang, link=await printed_link(request, visit))
        case VisitPaper.RECORD:
            return await record_view(visit, at=at, lang=lang, draw=_drawn)
        case VisitPaper.RESULT:
            return await result_view(visit, at=at, lang=lang, draw=_drawn, link=await printed_link(request, visit))


async def _answer(paper: Paper, name: str, form: Form, page: int) -> Response[bytes]:
    made = await set_pdf(paper) if form is Form.PDF else await set_picture(paper, page)
    kind = "application/pdf" if form is Form.PDF else "image/png"
    told = {"Content-Disposition": f'inline; filename="{name}.{form.value}"', "Cache-Control": NO_STORE}
    return Response(made, media_type=kind, headers=dict(GUARDS) | {"Accept-Ranges": "none"} | told)


def _drawn(ink: Ink) -> str:
    return render_svg(ink).decode()


router = Router("/office", route_handlers=[read_paper, read_refusal_note], tags=["office: papers"])
