"""Photos of inspectors: kept as they came, handed out only as the small copy that the confined workers made of them.

Who may see one (docs/entity-door.md, "Photos"): the office that keeps the register, the tablets of a team they are in,
and the party at whose door they stand, once its code was right.
"""

from typing import Any, Final

from litestar import Response

from api.commands import AnyRequest
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from media.blobs import find_blob, store_bytes
from media.copies import read_copy
from media.derive import look_at_blob, record_look
from media.serving import Stored, answer
from media.sniff import HEAD, SHOWN, sniff
from media.vault import workers_asked
from mobile_contract.problems import ProblemCode

LARGEST: Final = 1024 * 1024
KINDS: Final = frozenset({"JPEG", "MPO", "PNG", "HEIF"})
"""Judged by the first bytes; what the sender calls it says nothing."""
COPY: Final = "thumb"
"""320 pixels at most: enough for a face beside a name on a phone."""


async def keep_photo(cmd: Command, data: bytes) -> str:
    """Keep the bytes of a photo and make its copy; returns their SHA-256 (hex).

    Raises:
        Invalid: `api.photo_kind`, `api.photo_unusable`: not such a picture, or one that cannot be decoded to its end.
        Refused: the disk or the machine has no room (503).
    """
    kind = sniff(data[:HEAD])
    if kind not in KINDS or len(data) > LARGEST:
        raise Invalid(ProblemCode.INVALID, "api.photo_kind", limit=LARGEST)
    digest = await store_bytes(cmd, data, SHOWN[kind])
    with workers_asked():
        look = await look_at_blob(digest)
    if look is not None:
        await record_look(cmd, digest=digest, look=look)
    if not await _has_copy(digest):
        raise Invalid(ProblemCode.INVALID, "api.photo_unusable", findings=", ".join(await _findings(digest)) or kind)
    return digest


async def photo_bytes(digest: str) -> bytes:
    """The JPEG bytes of the copy that may be shown.

    Raises:
        NotFound, Conflict, Refused: as `media.copies.read_copy`.
    """
    return await read_copy(digest, COPY)


async def photo_answer(request: AnyRequest, digest: str | None) -> Response[Any]:
    """The copy of a photo for somebody who may see it; the ETag is the digest of the original.

    Raises:
        NotFound: there is none.
    """
    if digest is None:
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "api.no_photo")
    data = await photo_bytes(digest)
    known = {"if-none-match": request.headers.get("if-none-match", "")}
    told = answer(Stored(digest, len(data), "image/jpeg", inline=True), known)
    # It may be replaced or withdrawn at any time: nobody keeps it without asking again.
    headers = dict(told.headers) | {"Cache-Control": "private, no-cache"}
    return Response(data[: told.stop], media_type="image/jpeg", status_code=told.status, headers=headers)


async def _has_copy(digest: str) -> bool:
    try:
        await read_copy(digest, COPY)
    except NotFound:
        return False
    return True


async def _findings(digest: str) -> list[str]:
    probe = (await find_blob(digest)).probe or {}
    return [str(one) for one in probe.get("findings", ())]
