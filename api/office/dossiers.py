"""Dossiers: sealed once, read afterwards, never changed."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, PathParameter
from litestar.response import Stream

from api.commands import AnyRequest, authority_of, command
from api.dossiers import seal
from api.office.parameters import PageSize
from api.permits import Action
from api.process import process_of
from inspection.archive.find import find_dossier, list_dossiers
from inspection.archive.store import DossierRow
from media.blobs import find_blob, open_blob

Number = Annotated[str, PathParameter(max_length=80, description="the number of the dossier")]


@post("/visits/{visit_id:uuid}/dossier", opt={"action": Action.DOSSIER_SEAL}, status_code=200)
async def seal_visit(request: AnyRequest, visit_id: FromPath[UUID]) -> DossierRow:
    """Seal the dossier of a visit after its publicity has ended. Sealing again returns what was sealed."""
    return await seal(command(request), process_of(request).keys, visit_id)


@get("/dossiers", opt={"action": Action.DOSSIER_READ})
async def read_dossiers(request: AnyRequest, limit: PageSize = 100) -> Sequence[DossierRow]:
    """The newest dossiers of this authority."""
    return await list_dossiers(authority_of(request), limit)


@get("/dossiers/{number:str}/bundle", opt={"action": Action.DOSSIER_READ, "uncompressed": True})
async def download(request: AnyRequest, number: Number) -> Stream:
    """The sealed bundle as a ZIP, with the instructions by which a stranger verifies it."""
    row = await find_dossier(authority_of(request), number=number)
    await find_blob(row.digest)
    headers = {
        "Content-Disposition": f'attachment; filename="{row.number}.zip"',
        "Content-Length": str(row.bytes),
        "ETag": f'"{row.digest}"',
    }
    return Stream(open_blob(row.digest), media_type="application/zip", headers=headers)


router = Router("/office", route_handlers=[seal_visit, read_dossiers, download], tags=["office: dossiers"])
