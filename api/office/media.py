"""What a record refers to, for those who review it: originals, unchanged; and holds, so that nothing removes them."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from litestar import Response, Router, delete, get, head, put
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.office.referred import Digest, referred
from api.permits import Action
from inspection.archive.custody.note import note_viewed
from inspection.archive.custody.store import is_known_to
from inspection.kernel.errors import NotFound
from media.blobs import claimed_digests, find_blob, open_blob
from media.hold import LONGEST_GROUND, hold, release
from media.reading import address_elsewhere, is_at_hand, opened
from media.serving import Answer, answer, stored
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

ORIGINAL: Final = "/visits/{visit_id:uuid}/media/{digest:str}"
SENDING: Final = frozenset({200, 206})
SENT_AWAY: Final = 302

Body: TypeAlias = AsyncIterator[bytes] | tuple[bytes, ...]

Ground = Annotated[str, Field(min_length=1, max_length=LONGEST_GROUND, pattern=r"\S")]


class HoldAsked(Wire):
    """Why nothing may remove a file."""

    ground: Ground


class HoldView(Wire):
    """The hold that stands on a file: why, by whom (an account's id), since when."""

    digest: str
    ground: str
    held_by: str
    held_at: datetime


@get(ORIGINAL, opt={"action": Action.MEDIA_READ, "uncompressed": True})
async def read_original(request: AnyRequest, visit_id: FromPath[UUID], digest: Digest) -> Stream:
    """An original of the visit's record, unchanged; ranges are allowed.

    302 to the object store, for ten minutes, where the installation says so. Who read it is noted in the chain.
    """
    told = await _answer(request, visit_id, digest, {name.lower(): text for name, text in request.headers.items()})
    body: Body = ()
    if told.status in SENDING:
        told, body = await _sent(request, digest, told)
        await note_viewed(command(request), visit=visit_id, digest=digest)
    return Stream(body, status_code=told.status, headers=dict(told.headers))


@head(ORIGINAL, opt={"action": Action.MEDIA_READ})
async def ask_original(request: AnyRequest, visit_id: FromPath[UUID], digest: Digest) -> Response[None]:
    """What reading it would answer, without its bytes."""
    asked = request.headers.get("if-none-match", "")
    told = await _answer(request, visit_id, digest, {"if-none-match": asked})
    if not await is_at_hand(digest, (await find_blob(digest)).length):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.gone", digest=digest)
    return Response(None, status_code=told.status, headers=dict(told.headers))


@put("/media/{digest:str}/hold", opt={"action": Action.MEDIA_HOLD})
async def hold_file(request: AnyRequest, digest: Digest, data: JSONBody[HoldAsked]) -> HoldView:
    """Let nothing remove a file until it is released; the hold that stands, also when it stood before."""
    await _mine(request, digest)
    row = await hold(command(request), digest=digest, ground=data.ground)
    return HoldView(digest=row.digest, ground=row.ground, held_by=row.held_by, held_at=row.held_at)


@delete("/media/{digest:str}/hold", opt={"action": Action.MEDIA_HOLD})
async def release_file(request: AnyRequest, digest: Digest, ground: FromQuery[Ground]) -> None:
    """End the hold on a file, and say why."""
    await _mine(request, digest)
    await release(command(request), digest=digest, ground=ground)


async def _mine(request: AnyRequest, digest: str) -> None:
    """Let pass who has a file of which its own chains of custody speak: whether another authority has or holds it is
    not told.

    Raises:
        NotFound: `media.unknown`.
    """
    authority = authority_of(request)
    if not await is_known_to(authority, digest) or digest not in await claimed_digests(authority, [digest]):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)


async def _answer(request: AnyRequest, visit_id: UUID, digest: str, headers: Mapping[str, str]) -> Answer:
    await referred(request, visit_id, digest)
    row = await find_blob(digest)
    return answer(stored(row.digest, row.length, row.mime, row.probe), headers)


async def _sent(request: AnyRequest, digest: str, told: Answer) -> tuple[Answer, Body]:
    """The bytes, their first piece in hand; or the way to the object store."""
    shown = {name: told.headers[name] for name in ("Content-Type", "Content-Disposition")}
    address = await address_elsewhere(digest, command(request).now, shown)
    if address is not None:
        return Answer(SENT_AWAY, {"Location": address, "Cache-Control": "no-store"}), ()
    return told, await opened(open_blob(digest, told.start, told.stop))


router = Router(
    "/office",
    route_handlers=[read_original, ask_original, hold_file, release_file],
    tags=["office: media"],
)
