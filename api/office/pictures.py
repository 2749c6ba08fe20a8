"""Pictures made of what a record refers to: small copies, copies with words under them, copies for the public."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter
from litestar.response import Stream
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.language import preferred
from api.office.referred import Digest, recorded, referred
from api.permits import Action
from api.process import process_of
from api.stamps import stamp_facts
from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.canonical import sha256_hex
from media.blobs import find_blob, open_blob
from media.boxes import MAX_BOXES
from media.copies import read_copy as small_copy
from media.public_copy import find_public_copy, make_public_copy, public_copies
from media.reading import opened
from media.serving import Answer, Stored, answer
from media.stamp_words import stamp_words
from media.stamped import stamped_copy
from mobile_contract.base import Wire

CopyDigest = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="SHA-256 of the public copy, in hex")]
Pixels = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class Copy(StrEnum):
    """A JPEG made from an image, without the camera's own data."""

    PREVIEW = "preview"
    THUMB = "thumb"
    STAMPED = "stamped"
    """The preview with time, place and inspector of the signed entry under it: to look at, never evidence."""


class MakePublicCopy(Wire):
    """What to paint black: [x, y, width, height] in pixels of the upright original; and why, or why nothing."""

    boxes: Annotated[tuple[tuple[Pixels, Pixels, Pixels, Pixels], ...], Field(max_length=MAX_BOXES)]
    ground: Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class PublicCopyMade:
    """A copy for the public: its own SHA-256 (hex) and its pixels."""

    digest: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PublicCopyShown:
    """The same with what was painted over in the upright original, why, by which account and when."""

    digest: str
    width: int
    height: int
    boxes: list[list[int]]
    ground: str
    made_by: str
    made_at: datetime


@get("/visits/{visit_id:uuid}/media/{digest:str}/copy", opt={"action": Action.MEDIA_READ, "uncompressed": True})
async def read_copy(
    request: AnyRequest, visit_id: FromPath[UUID], digest: Digest, of: FromQuery[Copy]
) -> Response[Any]:
    """A copy to look at."""
    if of is not Copy.STAMPED:
        await referred(request, visit_id, digest)
        return _picture(request, await small_copy(digest, of.value))
    folded = await recorded(request, visit_id, digest)
    facts = await stamp_facts(process_of(request).keys, folded, digest)
    lines = stamp_words(facts, BEIJING, preferred(request.headers.get("accept-language")))
    return _picture(request, await stamped_copy(digest, lines))


@post("/visits/{visit_id:uuid}/media/{digest:str}/public-copies", opt={"action": Action.MEDIA_REDACT})
async def make_copy(
    request: AnyRequest, visit_id: FromPath[UUID], digest: Digest, data: JSONBody[MakePublicCopy]
) -> PublicCopyMade:
    """Paint over what the public must not see, and keep what comes out as a file of its own."""
    await recorded(request, visit_id, digest)
    made = await make_public_copy(command(request), digest=digest, boxes=data.boxes, ground=data.ground)
    return PublicCopyMade(made.digest, made.width, made.height)


@get("/visits/{visit_id:uuid}/media/{digest:str}/public-copies", opt={"action": Action.MEDIA_READ})
async def list_copies(request: AnyRequest, visit_id: FromPath[UUID], digest: Digest) -> list[PublicCopyShown]:
    """The copies for the public that were made of a file of the record."""
    await recorded(request, visit_id, digest)
    return [
        PublicCopyShown(one.digest, one.width, one.height, one.boxes, one.ground, one.made_by, one.made_at)
        for one in await public_copies(authority_of(request), digest)
    ]


@get(
    "/visits/{visit_id:uuid}/media/{digest:str}/public-copies/{copy:str}",
    opt={"action": Action.MEDIA_READ, "uncompressed": True},
)
async def read_public_copy(request: AnyRequest, visit_id: FromPath[UUID], digest: Digest, copy: CopyDigest) -> Stream:
    """A copy for the public, as the public would see it."""
    await recorded(request, visit_id, digest)
    row = await find_blob((await find_public_copy(authority_of(request), digest, copy)).digest)
    told = _answer(request, row.digest, row.length)
    body = await opened(open_blob(row.digest, told.start, told.stop)) if told.stop else iter(())
    return Stream(body, status_code=told.status, headers=dict(told.headers))


def _picture(request: AnyRequest, data: bytes) -> Response[bytes]:
    told = _answer(request, sha256_hex(data), len(data))
    # What is proven about it may grow, and its maker may be another one day: asked for again, not sent again.
    headers = dict(told.headers) | {"Cache-Control": "private, no-cache"}
    return Response(data[: told.stop], media_type="image/jpeg", status_code=told.status, headers=headers)


def _answer(request: AnyRequest, digest: str, length: int) -> Answer:
    """One of our own pictures, whole, unless the caller has it."""
    known = {"if-none-match": request.headers.get("if-none-match", "")}
    return answer(Stored(digest, length, "image/jpeg", inline=True), known)


router = Router("/office", route_handlers=[read_copy, make_copy, list_copies, read_public_copy], tags=["office: media"])
