"""What a record refers to, for those who review it: originals as downloads, small copies to look at."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath, FromQuery, PathParameter
from litestar.response import Stream

from api.commands import AnyRequest
from api.office.visits import my_visit
from api.permits import Action
from inspection.kernel.errors import NotFound
from inspection.visits.reading import fold_visit
from media.blobs import find_blob, find_derivative, open_blob, open_derivative
from media.serving import Stored, answer, shown_type
from mobile_contract.problems import ProblemCode

Digest = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="SHA-256 of the original, in hex")]


class Copy(StrEnum):
    """A small JPEG made from an image, without the camera's own data."""

    PREVIEW = "preview"
    THUMB = "thumb"


@get("/visits/{visit_id:uuid}/media/{digest:str}", opt={"action": Action.MEDIA_READ, "uncompressed": True})
async def read_original(request: AnyRequest, visit_id: FromPath[UUID], digest: Digest) -> Stream:
    """An original of the visit's record, unchanged; ranges are allowed."""
    await _check_referred(request, visit_id, digest)
    row = await find_blob(digest)
    stored = Stored(row.digest, row.length, shown_type(row.mime, row.probe))
    told = answer(stored, {name.lower(): value for name, value in request.headers.items()})
    return Stream(open_blob(digest, told.start, told.stop), status_code=told.status, headers=dict(told.headers))


@get("/visits/{visit_id:uuid}/media/{digest:str}/copy", opt={"action": Action.MEDIA_READ, "uncompressed": True})
async def read_copy(request: AnyRequest, visit_id: FromPath[UUID], digest: Digest, of: FromQuery[Copy]) -> Stream:
    """A small copy to look at."""
    await _check_referred(request, visit_id, digest)
    row = await find_derivative(digest, of.value)
    told = answer(Stored(row.digest, row.length, "image/jpeg", inline=True), {})
    return Stream(open_derivative(digest, of.value), headers=dict(told.headers))


async def _check_referred(request: AnyRequest, visit_id: UUID, digest: str) -> None:
    """A file is shown to those who may see a record that refers to it, and to nobody for knowing its digest."""
    record = (await fold_visit(await my_visit(request, visit_id))).record
    if digest not in {media.digest for media in record.media}:
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)


router = Router("/office", route_handlers=[read_original, read_copy], tags=["office: media"])
