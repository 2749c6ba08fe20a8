"""The prescribed papers of a visit, as PDF to print and as a picture to look at."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter

from api.commands import AnyRequest
from api.office.visits import my_visit
from api.permits import Action
from api.printing import VisitPaper, refusal_paper, visit_paper
from inspection.documents.blocks import Paper
from inspection.documents.press import set_pdf, set_picture
from inspection.kernel.catalogue import DEFAULT_LANGUAGE
from media.serving import GUARDS

LANGUAGES: Final = {"zh": DEFAULT_LANGUAGE, "en": "en"}
OPT: Final = {"action": Action.PAPER_READ, "uncompressed": True, "answers": ("application/pdf", "image/png")}
NO_STORE: Final = "no-store"

Hash = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_-]{43}$", description="hash of the refusal's entry")]
Page = Annotated[int, QueryParameter(ge=1, le=200, description="which page, of a picture")]


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
    """Approval, notice, record form or notice of the result. The same record gives the same bytes, whenever it is
    printed: notice and result bear the day of their issue. The first printing of a notice gives it its number.
    """
    visit = await my_visit(request, visit_id)
    paper = await visit_paper(request, visit.id, kind, LANGUAGES[lang])
    return await printed(paper, f"{kind.value}-{visit.id}", form, page)


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
    paper = await refusal_paper(request, visit.id, entry, LANGUAGES[lang])
    return await printed(paper, f"refusal-{entry}", form, 1)


async def printed(paper: Paper, name: str, form: Form, page: int) -> Response[bytes]:
    """The paper as it is asked for, under a name."""
    made = await set_pdf(paper) if form is Form.PDF else await set_picture(paper, page)
    kind = "application/pdf" if form is Form.PDF else "image/png"
    told = {"Content-Disposition": f'inline; filename="{name}.{form.value}"', "Cache-Control": NO_STORE}
    return Response(made, media_type=kind, headers=dict(GUARDS) | {"Accept-Ranges": "none"} | told)


router = Router("/office", route_handlers=[read_paper, read_refusal_note], tags=["office: papers"])
