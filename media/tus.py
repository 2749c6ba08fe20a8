"""The tus 1.0.0 protocol as values: headers in, facts or refusals out.

Core, creation, creation-with-upload, creation-defer-length, checksum (`checksum.py`), expiration, termination. Source:
the tus resumable upload protocol 1.0.0, and what the clients in the field (tus-js-client, tus-java-client, TUSKit,
mini-programs) were found to need beyond it (media.md §1.2). Pure. Header names are lower-case here, as ASGI gives them.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from inspection.kernel.errors import Conflict, Invalid, Refused
from media.limits import Limits
from media.rules import is_digest, media_type
from mobile_contract.problems import ProblemCode

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination"
"""No spaces: TUSKit splits on "," and does not trim."""
CHUNK_TYPE: Final = "application/offset+octet-stream"
OVERRIDABLE: Final = frozenset({"PATCH", "DELETE", "HEAD"})
EXPOSED_HEADERS: Final = (
    "Location",
    "Tus-Resumable",
    "Tus-Version",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Checksum-Algorithm",
    "Upload-Offset",
    "Upload-Length",
    "Upload-Defer-Length",
    "Upload-Metadata",
    "Upload-Expires",
)
"""What a browser's script must be let read of an answer, where a proxy opens this service to another origin."""

MAX_METADATA: Final = 4096
"""Characters of an Upload-Metadata header: proxies cut headers at 8 KiB."""

_NUMBER = re.compile(r"[0-9]{1,30}")
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,64}")  # ASCII without space and comma


@dataclass(frozen=True, slots=True)
class Creation:
    """What a client declares before it sends bytes: their number, SHA-256 (hex) and type, and its metadata verbatim.

    `length` is None while the client defers it: it is told with a later piece.
    """

    length: int | None
    digest: str
    mime: str
    metadata: str


def effective_method(headers: Mapping[str, str]) -> str | None:
    """What a POST to an upload really means; `None` when it names nothing we honour.

    WeChat mini-programs and HarmonyOS cannot send PATCH: `X-HTTP-Method-Override` is their only way in.
    """
    named = headers.get("x-http-method-override", "").strip().upper()
    return named if named in OVERRIDABLE else None


def check_version(headers: Mapping[str, str]) -> None:
    """Refuse a request of another protocol version (tus core: 412, not processed). HEAD and OPTIONS need not ask."""
    if headers.get("tus-resumable") != VERSION:
        raise Refused(ProblemCode.TUS_VERSION, "media.tus_version", supported=VERSION)


def read_creation(headers: Mapping[str, str], limits: Limits) -> Creation:
    """The declaration of a creation request.

    Raises:
        Invalid: neither or both of a well-formed length and a deferred one, unreadable metadata, no `sha256` in it
            (400); or longer than a file of its type may be (413).
    """
    length = _declared_length(headers)
    raw = headers.get("upload-metadata", "")
    told = read_metadata(raw)
    digest, mime = _text(told, "sha256"), media_type(_text(told, "filetype"))
    if length is not None:
        check_length(length, limits.of(mime))
    if not is_digest(digest):
        raise Invalid(ProblemCode.UPLOAD_METADATA, "media.digest_missing")
    return Creation(length=length, digest=digest, mime=mime, metadata=raw)


def _declared_length(headers: Mapping[str, str]) -> int | None:
    deferred = headers.get("upload-defer-length")
    if deferred is not None:
        if deferred.strip() != "1" or "upload-length" in headers:
            raise Invalid(ProblemCode.UPLOAD_METADATA, "media.length_deferred")
        return None
    length = _number(headers.get("upload-length"))
    if length is None:
        raise Invalid(ProblemCode.UPLOAD_METADATA, "media.length_missing")
    return length


def read_late_length(headers: Mapping[str, str]) -> int | None:
    """The length that comes with a piece of an upload whose length was deferred; `None` when this piece names none.

    Raises:
        Invalid: not a whole number of bytes (400).
    """
    if "upload-length" not in headers:
        return None
    length = _number(headers["upload-length"])
    if length is None:
        raise Invalid(ProblemCode.UPLOAD_METADATA, "media.length_missing")
    return length


def check_length(length: int, limit: int) -> None:
    """Refuse a file that is longer than one of its kind may be (413)."""
    if length > limit:
        raise Invalid(ProblemCode.TOO_LARGE, "media.too_large", limit=limit)


def read_metadata(raw: str) -> dict[str, bytes]:
    """The pairs of an Upload-Metadata header. Values are bytes of the client and never become a path or a header.

    Raises:
        Invalid: empty or duplicate key, bad Base64, too long.
    """
    found: dict[str, bytes] = {}
    if len(raw) > MAX_METADATA or not raw.isascii():
        raise _bad_metadata("size")
    for pair in raw.split(",") if raw.strip() else ():
        key, _, encoded = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise _bad_metadata("key")
        try:
            found[key] = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise _bad_metadata("base64") from error
    return found


def read_offset(headers: Mapping[str, str]) -> int:
    """The offset a PATCH continues at, in bytes.

    Raises:
        Invalid: another body type than tus's (415), no or no valid Upload-Offset (400).
    """
    check_chunk_type(headers)
    offset = _number(headers.get("upload-offset"))
    if offset is None:
        raise Invalid(ProblemCode.UPLOAD_METADATA, "media.offset_missing")
    return offset


def brings_bytes(headers: Mapping[str, str]) -> bool:
    """Whether a creation request carries the first bytes (creation-with-upload).

    Raises:
        Invalid: it carries a body of another type (415).
    """
    if _plain_type(headers) == CHUNK_TYPE:
        return True
    # Browsers and proxies put a type on empty bodies too; only a body of a foreign type is a mistake.
    if announced_length(headers):
        check_chunk_type(headers)
    return False


def check_chunk_type(headers: Mapping[str, str]) -> None:
    """Refuse a body that is not declared as a piece of an upload (415)."""
    if _plain_type(headers) != CHUNK_TYPE:
        raise Invalid(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "media.chunk_type", expected=CHUNK_TYPE)


def announced_length(headers: Mapping[str, str]) -> int | None:
    """Content-Length in bytes; `None` for a chunked body, as Android's client sends it."""
    return _number(headers.get("content-length"))


def check_continues(offset: int, announced: int | None, *, received: int, length: int) -> None:
    """Whether a piece at `offset` may be appended to `received` of (at most) `length` bytes, before any of it is read.

    Raises:
        Conflict: it does not start where the upload stands (409); the fact `offset` says where that is.
        Invalid: it announces more than is missing (413).
    """
    if offset != received:
        raise Conflict(ProblemCode.UPLOAD_OFFSET, "media.offset", offset=received)
    if announced is not None and announced > length - received:
        raise surplus(length)


def check_late_length(length: int, *, received: int, limit: int) -> None:
    """Whether an upload of which `received` bytes are here may turn out to have this length.

    Raises:
        Invalid: it has more already (400), or a file of its kind may not be so long (413).
    """
    check_length(length, limit)
    if length < received:
        raise Invalid(ProblemCode.UPLOAD_METADATA, "media.length_short", offset=received)


def other_length(length: int) -> Invalid:
    """The refusal of a second, other length (400): tus sets it once."""
    return Invalid(ProblemCode.UPLOAD_METADATA, "media.length_told", length=length)


def surplus(length: int) -> Invalid:
    """The refusal of bytes beyond the declared length (413); they are never written."""
    return Invalid(ProblemCode.TOO_LARGE, "media.surplus", limit=length)


def http_date(moment: datetime) -> str:
    """A moment (UTC) as Upload-Expires tells it (RFC 9110 §5.6.7)."""
    return format_datetime(moment, usegmt=True)


def _plain_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _number(text: str | None) -> int | None:
    # `int` does not strip all that `strip` does: U+001C is white space to one of them only.
    told = (text or "").strip()
    return int(told) if _NUMBER.fullmatch(told) else None


def _text(told: Mapping[str, bytes], key: str) -> str:
    return told.get(key, b"").decode("utf-8", errors="replace")


def _bad_metadata(what: str) -> Invalid:
    return Invalid(ProblemCode.UPLOAD_METADATA, "media.metadata", problem=what)
