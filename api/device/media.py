"""Files without ceremony: which of them are here, and small ones in one request."""

from contextlib import aclosing
from typing import Final

from litestar import Response, Router, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from api.commands import AnyRequest, command, handed_in_for
from api.device.uploads import held_whole, pieces_of
from api.permits import Action
from api.throttle import RateClass
from inspection.kernel.errors import NotFound
from media import tus
from media.blobs import claimed_digests
from media.receive import Piece
from media.rules import is_digest, media_type
from media.whole import take_small
from mobile_contract.media import MediaHaveAnswer, MediaHaveRequest
from mobile_contract.problems import ProblemCode

MAX_QUESTION: Final = 128 * 1024
KEPT, WAS_HERE = 201, 200


@post(
    "/have",
    opt={"action": Action.MEDIA_UPLOAD, "rate": RateClass.BULK, "submits": True},
    status_code=200,
    request_max_body_size=MAX_QUESTION,
)
async def tell_what_is_here(request: AnyRequest, data: JSONBody[MediaHaveRequest]) -> MediaHaveAnswer:
    """Which of these files are here already: no byte of them need be sent. What others brought is not told."""
    here = await claimed_digests(handed_in_for(request), data.sha256)
    return MediaHaveAnswer(sha256=tuple(digest for digest in data.sha256 if digest in here))


@put(
    "/{digest:str}",
    opt={
        "action": Action.MEDIA_UPLOAD,
        "rate": RateClass.BULK,
        "uncompressed": True,
        "reads_in_time": True,
        "submits": True,
        "answers": (),
    },
    status_code=KEPT,
    request_max_body_size=None,
    responses={WAS_HERE: ResponseSpec(None, description="It was here already.", generate_examples=False)},
)
async def keep_small_file(request: AnyRequest, digest: FromPath[str]) -> Response[bytes]:
    """Keep a file of up to 1 MiB under its SHA-256 (hex); its type is the Content-Type. Repeating it is harmless."""
    if not is_digest(digest):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)
    headers = {name.lower(): value for name, value in request.headers.items()}
    announced, mime = tus.announced_length(headers), media_type(headers.get("content-type", ""))
    async with held_whole(request, announced), aclosing(pieces_of(request)) as chunks:
        piece, authority = Piece(chunks, announced), handed_in_for(request)
        fresh = await take_small(command(request), authority=authority, digest=digest, mime=mime, piece=piece)
    return Response(b"", status_code=KEPT if fresh else WAS_HERE)


router = Router("/v1/media", route_handlers=[tell_what_is_here, keep_small_file], tags=["device: uploads"])
