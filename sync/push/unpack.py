"""From the bytes of a push to its lines, within fixed bounds whatever is sent. Pure."""

import base64
import binascii
import hashlib
import hmac
import re
import zlib
from dataclasses import dataclass
from typing import Final

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode
from mobile_contract.push import MAX_LINES, MAX_PACKED_BYTES, MAX_UNPACKED_BYTES

_GZIP: Final = 16 + zlib.MAX_WBITS
_CHUNK: Final = 16 * 1024
_MOST_MEMBERS: Final = 100  # a device sends one; a million bytes of empty ones would keep a processor busy
_SHA256: Final = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):", re.ASCII)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a push by their number in the body; blank ones are left out."""

    numbered: tuple[tuple[int, bytes], ...]
    truncated: bool


def unpack(packed: bytes, encoding: str | None) -> Lines:
    """The lines of a body that came with this Content-Encoding (None, "identity" or "gzip").

    A gzip stream that breaks off gives the whole lines before the break, and `truncated`.

    Raises:
        Invalid: too large packed, unpacked or in lines (`too-large`); a coding we do not speak
            (`encoding-unsupported`); announced as gzip but something else from the first byte (`malformed`).
    """
    if len(packed) > MAX_PACKED_BYTES:
        raise _too_large("packed_bytes", MAX_PACKED_BYTES)
    coding = (encoding or "identity").strip().lower()
    if coding == "identity":
        return _split(packed, truncated=False)
    if coding in {"gzip", "x-gzip"}:
        return _split(*_gunzip(packed))
    raise Invalid(ProblemCode.ENCODING_UNSUPPORTED, "sync.encoding_unsupported", supported=["gzip", "identity"])


def check_content_digest(packed: bytes, header: str | None) -> None:
    """Compare the body with its Content-Digest (RFC 9530, sha-256), when the client sent one.

    Raises:
        Invalid: `digest-mismatch`: the body was garbled on its way; nothing of it is processed.
    """
    found = _SHA256.search(header or "")
    if found is None:
        return
    try:
        told = base64.b64decode(found[1], validate=True)
    except binascii.Error:
        told = b""
    if not hmac.compare_digest(told, hashlib.sha256(packed).digest()):
        raise Invalid(ProblemCode.DIGEST_MISMATCH, "sync.digest_mismatch")


def _gunzip(packed: bytes) -> tuple[bytes, bool]:
    """What could be unpacked, and whether the stream broke off before its end."""
    plain = bytearray()
    rest = packed
    members = 0
    while rest.strip(b"\x00"):
        members += 1
        if members > _MOST_MEMBERS:
            raise _too_large("gzip_members", _MOST_MEMBERS)
        member = zlib.decompressobj(wbits=_GZIP)
        try:
            rest = _unpack_member(member, rest, plain)
        except zlib.error as error:
            if not plain:
                raise Invalid(ProblemCode.MALFORMED, "sync.not_gzip") from error
            return bytes(plain), True
        if not member.eof:
            return bytes(plain), True
    return bytes(plain), False


def _unpack_member(member: "zlib._Decompress", packed: bytes, plain: bytearray) -> bytes:
    # In small steps: an error in the middle loses one step, and a bomb is stopped one byte above the limit.
    for start in range(0, len(packed), _CHUNK):
        step = packed[start : start + _CHUNK]
        while step:
            plain += member.decompress(step, MAX_UNPACKED_BYTES + 1 - len(plain))
            if len(plain) > MAX_UNPACKED_BYTES:
                raise _too_large("unpacked_bytes", MAX_UNPACKED_BYTES)
            step = member.unconsumed_tail
        if member.eof:
            return member.unused_data + packed[start + _CHUNK :]
    return b""


def _split(plain: bytes, truncated: bool) -> Lines:
    lines = plain.split(b"\n")
    if truncated:
        lines.pop()
    numbered = tuple((number, line) for number, line in enumerate(lines) if line.strip())
    if len(numbered) > MAX_LINES:
        raise _too_large("lines", MAX_LINES)
    return Lines(numbered, truncated)


def _too_large(what: str, limit: int) -> Invalid:
    return Invalid(ProblemCode.TOO_LARGE, "sync.too_large", what=what, limit=limit)
