"""Dossiers: sealed once, read afterwards, never changed."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, PathParameter, QueryParameter
from litestar.response import Stream

from api.commands import AnyRequest, authority_of, command
from api.dossiers import seal
from api.office.parameters import PageSize, Position
from api.permits import Action
from api.process import process_of
from inspection.archive.find import list_dossiers
from inspection.archive.read import MAX_PURPOSE, Reading, readings, take_out
from inspection.archive.store_dossiers import DossierRow
from media.blobs import find_blob, open_blob

Purpose = Annotated[str, QueryParameter(max_length=MAX_PURPOSE, description="what the dossier is read for")]
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
async def download(request: AnyRequest, number: Number, purpose: Purpose) -> Stream:
    """The sealed bundle as a ZIP, with the instructions by which a stranger verifies it. Who reads it, and what for, is
    written down first.
    """
    row = await take_out(command(request), number=number, purpose=purpose)
    await find_blob(row.digest)
    headers = {
        "Content-Disposition": f'attachment; filename="{row.number}.zip"',
        "Content-Length": str(row.bytes),
        "ETag": f'"{row.digest}"',
    }
    return Stream(open_blob(row.digest), media_type="application/zip", headers=headers)


@get("/dossiers/{number:str}/readings", opt={"action": Action.DOSSIER_LOG})
async def read_log(
    request: AnyRequest, number: Number, after: Position = 0, limit: PageSize = 100
) -> Sequence[Reading]:
    """Who has read a dossier, when and what for."""
    return await readings(authority_of(request), number=number, after=after, limit=limit)


router = Router("/office", route_handlers=[seal_visit, read_dossiers, download, read_log], tags=["office: dossiers"])
