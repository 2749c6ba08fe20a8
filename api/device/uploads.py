"""Resumable upload over tus 1.0.0: headers in, a verb of `media`, headers out.

What every client in the field needs of the answers is in `media.tus`; the order of the checks is the protocol's.
"""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from litestar import HttpMethod, Response, Router, delete, head, patch, post, route
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import InternalServerException, MethodNotAllowedException
from litestar.middleware import ASGIMiddleware
from litestar.params import FromPath
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.commands import AnyRequest, command, handed_in_for
from api.errors import answer_problem
from api.permits import Action
from api.process import process_of
from api.throttle import RateClass
from inspection.kernel.errors import DomainError, NotFound, Refused
from inspection.kernel.signals import Counted, count
from media import tus
from media.checksum import ALGORITHMS, read_checksum
from media.create_upload import create_upload
from media.end_upload import terminate_upload
from media.receive import Piece, Standing, receive, standing, unknown_upload
from media.turns import Interrupted, busy
from media.vault import current_vault
from mobile_contract.media import MAX_SMALL_BYTES
from mobile_contract.problems import ProblemCode

OPT: Final = {
    "action": Action.MEDIA_UPLOAD,
    "rate": RateClass.BULK,
    "uncompressed": True,
    "reads_in_time": True,
    "submits": True,
}
OK, CREATED, NO_CONTENT, VERSION_REFUSED = 200, 201, 204, 412

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")


class TusHeaders(ASGIMiddleware):
    """Every answer names the protocol's version, refusals of the guard and of the rules included."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        async def adorned(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers["Tus-Resumable"] = tus.VERSION
                if message["status"] == VERSION_REFUSED:
                    headers["Tus-Version"] = tus.VERSION
            await send(message)

        await next_app(scope, receive, adorned)


@route(["", "/{upload_id:str}"], http_method=HttpMethod.OPTIONS, status_code=NO_CONTENT, include_in_schema=False)
async def tell_protocol() -> Response[None]:
    """What of tus is spoken here."""
    return _told(
        NO_CONTENT,
        {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(current_vault().limits.largest),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


@post("", opt={**OPT, "answers": ()}, status_code=CREATED)
async def begin_upload(request: AnyRequest) -> Response[bytes]:
    """Begin an upload: Upload-Length or Upload-Defer-Length: 1; Upload-Metadata with `sha256` (hex) and `filetype`.

    Repeating it is harmless.
    """
    headers = _headers(request)
    tus.check_version(headers)
    creation = tus.read_creation(headers, current_vault().limits)
    async with _turn_of(request, headers), aclosing(pieces_of(request)) as chunks:
        piece = _piece(headers, chunks) if tus.brings_bytes(headers) else None
        authority = handed_in_for(request)
        begun = await create_upload(command(request), authority=authority, creation=creation, piece=piece)
    # Relative: an absolute one would name http behind a proxy that speaks https.
    told = {"Location": f"{request.scope['path'].rstrip('/')}/{begun.id}", **_expires(begun.expires_at)}
    return _said(CREATED, told if begun.offset is None else told | {"Upload-Offset": str(begun.offset)})


@head("/{upload_id:str}", opt=OPT)
async def ask_offset(request: AnyRequest, upload_id: FromPath[str]) -> Response[None]:
    """How far the upload is."""
    return _told(OK, await _ask(request, upload_id))


@patch("/{upload_id:str}", opt=OPT, status_code=NO_CONTENT)
async def continue_upload(request: AnyRequest, upload_id: FromPath[str]) -> Response[None]:
    """Append bytes at Upload-Offset; what is acknowledged survives a power cut."""
    return await _continue(request, upload_id)


@delete("/{upload_id:str}", opt=OPT, status_code=NO_CONTENT)
async def give_up_upload(request: AnyRequest, upload_id: FromPath[str]) -> Response[None]:
    """Forget an unfinished upload."""
    return await _give_up(request, upload_id)


@post("/{upload_id:str}", opt=OPT, status_code=OK, include_in_schema=False)
async def do_what_is_meant(request: AnyRequest, upload_id: FromPath[str]) -> Response[Any]:
    """PATCH, HEAD or DELETE of clients that can only POST, by X-HTTP-Method-Override."""
    match tus.effective_method(_headers(request)):
        case "PATCH":
            return await _continue(request, upload_id)
        case "HEAD":
            return _said(OK, await _ask(request, upload_id))
        case "DELETE":
            return await _give_up(request, upload_id)
        case _:
            raise MethodNotAllowedException


async def _ask(request: AnyRequest, upload_id: str) -> dict[str, str]:
    try:
        told = await standing(command(request), authority=handed_in_for(request), upload_id=_id(upload_id))
    except NotFound:
        raise
    except Exception as error:
        # tus-js-client starts over from byte 0 on anything but 423, also on 500 and 503: whatever it is, it may pass.
        log.warning("the offset cannot be told now", error=type(error).__name__)
        raise busy() from error
    return _standing(told)


async def _continue(request: AnyRequest, upload_id: str) -> Response[None]:
    headers = _headers(request)
    tus.check_version(headers)
    offset = tus.read_offset(headers)
    cmd, authority = command(request), handed_in_for(request)
    async with aclosing(pieces_of(request)) as chunks:
        piece = _piece(headers, chunks)
        told = await receive(cmd, authority=authority, upload_id=_id(upload_id), offset=offset, piece=piece)
    return _told(NO_CONTENT, {"Upload-Offset": str(told.offset), **_expires(told.expires_at)})


def held_whole(request: AnyRequest, announced: int | None) -> AbstractAsyncContextManager[None]:
    """The turn of a request whose body is held in memory whole; nothing of it is read before.

    Raises:
        Refused: `busy`: too many bytes wait already.
    """
    size = MAX_SMALL_BYTES if announced is None else min(announced, MAX_SMALL_BYTES)
    return process_of(request).small_files.turn(size)


def _turn_of(request: AnyRequest, headers: dict[str, str]) -> AbstractAsyncContextManager[None]:
    """A creation that may bring its whole file is held; what is larger goes to the disk as it comes."""
    announced = tus.announced_length(headers) or 0
    whole = tus.brings_bytes(headers) and 0 < announced <= MAX_SMALL_BYTES
    return held_whole(request, announced) if whole else nullcontext()


def _piece(headers: dict[str, str], chunks: AsyncGenerator[bytes, None]) -> Piece:
    return Piece(chunks, tus.announced_length(headers), read_checksum(headers), tus.read_late_length(headers))


def _standing(told: Standing) -> dict[str, str]:
    length = {"Upload-Defer-Length": "1"} if told.length is None else {"Upload-Length": str(told.length)}
    metadata = {"Upload-Metadata": told.metadata} if told.metadata else {}
    fixed = {"Upload-Offset": str(told.offset), "Cache-Control": "no-store"}
    return fixed | length | metadata | _expires(told.expires_at)


def _expires(at: datetime | None) -> dict[str, str]:
    return {} if at is None else {"Upload-Expires": tus.http_date(at)}


async def _give_up(request: AnyRequest, upload_id: str) -> Response[None]:
    tus.check_version(_headers(request))
    await terminate_upload(command(request), upload_id=_id(upload_id))
    return _told(NO_CONTENT, {})


async def pieces_of(request: AnyRequest) -> AsyncGenerator[bytes, None]:
    """The body, piece by piece.

    Raises:
        Interrupted: the client is gone.
    """
    try:
        async for piece in request.stream():
            count(Counted.UPLOADED, amount=len(piece))
            yield piece
    except InternalServerException as error:
        raise Interrupted from error  # how the framework tells that the client is gone


def _headers(request: AnyRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise unknown_upload() from error


def _told(status: int, headers: dict[str, str]) -> Response[None]:
    return Response(None, status_code=status, headers=headers)


def _said(status: int, headers: dict[str, str]) -> Response[bytes]:
    # Not `None`: outside of 204 the framework would send the four bytes "null".
    return Response(b"", status_code=status, headers=headers)


def answer_upload_problem(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The problem document, also for what is refused before the routes of uploads are reached.

    "Too many requests" is told as what clients in the field repeat: they give up on 429.
    """
    if isinstance(error, DomainError) and error.code is ProblemCode.TOO_MANY_REQUESTS:
        hurry = Refused(ProblemCode.BUSY, error.message_key, **error.facts)
        error = busy() if request.method == HttpMethod.HEAD else hurry
    answer = answer_problem(request, error)
    answer.headers["Tus-Resumable"] = tus.VERSION
    return answer


router = Router(
    "/v1/uploads",
    route_handlers=[
        tell_protocol,
        begin_upload,
        ask_offset,
        continue_upload,
        give_up_upload,
        do_what_is_meant,
    ],
    middleware=[TusHeaders()],
    exception_handlers={Exception: answer_upload_problem},
    request_max_body_size=None,  # the limits of an upload are its own: its declared length, and `Limits.upload`
    tags=["device: uploads"],
)
