"""The papers of the party's own objections, as PDF: the receipt, and the decision once it is made."""

from enum import StrEnum
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from api.commands import AnyRequest
from api.entity.answers import HEADERS, lang_of
from api.entity.doorway import OPT
from api.entity.papers import PDF, SANDBOXED
from api.entity.session import visit_at_the_door
from inspection.documents.of_objection import decision_view, receipt_view
from inspection.documents.papers import make_paper
from inspection.documents.press import set_pdf
from inspection.documents.views import PaperKind
from inspection.kernel.errors import NotFound
from inspection.publicity.objections.read import objections_of
from media.serving import GUARDS
from mobile_contract.problems import ProblemCode


class ObjectionFile(StrEnum):
    """The papers as their files are called."""

    RECEIPT = "receipt.pdf"
    DECISION = "decision.pdf"


@get("/objections/{objection_id:uuid}/{name:str}", opt={**OPT, "uncompressed": True}, include_in_schema=False)
async def read_objection_paper(
    request: AnyRequest, objection_id: FromPath[UUID], name: FromPath[ObjectionFile]
) -> Response[bytes]:
    """A paper of an objection of this visit; of another one there is none."""
    door, lang = await visit_at_the_door(request), lang_of(request)
    if objection_id not in {row.id for row in await objections_of(door.visit)}:
        raise NotFound(ProblemCode.OBJECTION_UNKNOWN, "publicity.no_objection", objection=str(objection_id))
    if name is ObjectionFile.RECEIPT:
        paper = make_paper(PaperKind.OBJECTION_RECEIPT, await receipt_view(objection_id, lang=lang), lang)
    else:
        paper = make_paper(PaperKind.OBJECTION_DECISION, await decision_view(objection_id, lang=lang), lang)
    told = {"Content-Disposition": f'inline; filename="{name.value}"', "Accept-Ranges": "none"}
    return Response(await set_pdf(paper), media_type=PDF, headers={**GUARDS, **HEADERS, **SANDBOXED, **told})
