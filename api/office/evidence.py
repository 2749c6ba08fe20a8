"""The chain of custody of a visit, and its evidence as a bundle that a stranger can check."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from pydantic import Field

from api.commands import AnyRequest, command
from api.dossiers import hand_out, read_chain
from api.office.parameters import PageSize, Position
from api.office.visits import my_visit
from api.permits import Action
from api.process import process_of
from inspection.archive.custody.read import Chain
from mobile_contract.base import Wire

Words = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


class EvidenceAsked(Wire):
    """Why evidence is taken out of the house: for whom or what, and on which ground. It is kept in the chain."""

    purpose: Words
    ground: Words


@get("/visits/{visit_id:uuid}/custody", opt={"action": Action.CUSTODY_READ})
async def read_custody(
    request: AnyRequest, visit_id: FromPath[UUID], after: Position = 0, limit: PageSize = 200
) -> Chain:
    """Who did what with the evidence of a visit, line by line, hashed anew, with the head in the server's name."""
    visit = await my_visit(request, visit_id)
    return await read_chain(command(request), process_of(request).keys, visit.id, after=after, limit=limit)


@post(
    "/visits/{visit_id:uuid}/evidence",
    opt={"action": Action.EVIDENCE_EXPORT, "uncompressed": True, "answers": ("application/zip",)},
    status_code=200,
)
async def export_evidence(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[EvidenceAsked]) -> Stream:
    """The evidence of a visit as a ZIP, at any time after unsealing; who took it and why is noted in the chain."""
    keys = process_of(request).keys
    told, pieces = await hand_out(command(request), keys, visit_id, purpose=data.purpose, ground=data.ground)
    headers = {
        "Content-Disposition": f'attachment; filename="evidence-{told.visit}.zip"',
        "Content-Length": str(told.bytes),
        "ETag": f'"{told.sha256}"',
    }
    return Stream(pieces, media_type="application/zip", headers=headers)


router = Router("/office", route_handlers=[read_custody, export_evidence], tags=["office: evidence"])
