"""From the bytes of a push to its lines, within fixed bounds whatever is sent. Pure."""

import base64
import binascii
import hashlib
import hmac
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from backports import zstd

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode
from mobile_contract.push import MAX_LINES, MAX_PACKED_BYTES, MAX_UNPACKED_BYTES

_GZIP: Final = 16 + zlib.MAX_WBITS
_CHUNK: Final = 16 * 1024
_MOST_FRAMES: Final = 100  # a device sends one; a million bytes of empty ones would keep a processor busy
_ZSTD_WINDOW_LOG: Final = 23  # 8 MiB, what RFC 8878 §3.1.1.1.2 asks every decoder for; more is never needed here
_SHA256: Final = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):", re.ASCII)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a push by their number in the body; blank ones are left out."""

    numbered: tuple[tuple[int, bytes], ...]
    truncated: bool


def unpack(packed: bytes, encoding: str | None) -> Lines:
    """The lines of a body that came with this Content-Encoding (None, "identity", "gzip" or "zstd").

    A packed stream that breaks off gives the whole lines before the break, and `truncated`.

    Raises:
        Invalid: too large packed, unpacked or in lines (`too-large`); a coding we do not speak
            (`encoding-unsupported`); announced as packed but something else from the first byte (`malformed`).
    """
    if len(packed) > MAX_PACKED_BYTES:
        raise _too_large("packed_bytes", MAX_PACKED_BYTES)
    coding = (encoding or "identity").strip().lower()
    if coding == "identity":
        return _split(packed, truncated=False)
    if coding not in _CODINGS:
        raise Invalid(ProblemCode.ENCODING_UNSUPPORTED, "sync.encoding_unsupported", supported=list(SPOKEN))
    return _split(*_unpacked(packed, coding))


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


class _Frame(Protocol):
    """One gzip member or zstd frame, being unpacked."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def feed(self, data: bytes, most: int) -> bytes: ...
    def waits(self) -> bool: ...


class _GzipMember:
    """zlib hands back what it did not take."""

    def __init__(self) -> None:
        self._raw = zlib.decompressobj(wbits=_GZIP)

    @property
    def eof(self) -> bool:
        return self._raw.eof

    @property
    def unused_data(self) -> bytes:
        return self._raw.unused_data

    def feed(self, data: bytes, most: int) -> bytes:
        return self._raw.decompress(self._raw.unconsumed_tail + data, most)

    def waits(self) -> bool:
        return not self._raw.unconsumed_tail


class _ZstdFrame:
    """The library keeps what it did not take; a window above the limit is an error of the frame."""

    def __init__(self) -> None:
        self._raw = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})

    @property
    def eof(self) -> bool:
        return self._raw.eof

    @property
    def unused_data(self) -> bytes:
        return self._raw.unused_data

    def feed(self, data: bytes, most: int) -> bytes:
        return self._raw.decompress(data, most)

    def waits(self) -> bool:
        return self._raw.needs_input


_CODINGS: Final[dict[str, Callable[[], _Frame]]] = {
    "gzip": _GzipMember,
    "x-gzip": _GzipMember,
    "zstd": _ZstdFrame,
}
SPOKEN: Final = ("gzip", "identity", "zstd")


def _unpacked(packed: bytes, coding: str) -> tuple[bytes, bool]:
    """What could be unpacked, and whether the stream broke off before its end."""
    plain = bytearray()
    rest = packed
    frames = 0
    while rest.strip(b"\x00"):
        frames += 1
        if frames > _MOST_FRAMES:
            raise _too_large("frames", _MOST_FRAMES)
        frame = _CODINGS[coding]()
        try:
            rest = _unpack_frame(frame, rest, plain)
        except (zlib.error, zstd.ZstdError) as error:
            if not plain:
                raise Invalid(ProblemCode.MALFORMED, "sync.not_packed", coding=coding) from error
            return bytes(plain), True
        if not frame.eof:
            return bytes(plain), True
    return bytes(plain), False


def _unpack_frame(frame: _Frame, packed: bytes, plain: bytearray) -> bytes:
    # In small steps: an error in the middle loses one step, and a bomb is stopped one byte above the limit.
    for start in range(0, len(packed), _CHUNK):
        step = packed[start : start + _CHUNK]
        while True:
            plain += frame.feed(step, MAX_UNPACKED_BYTES + 1 - len(plain))
            if len(plain) > MAX_UNPACKED_BYTES:
                raise _too_large("unpacked_bytes", MAX_UNPACKED_BYTES)
            if frame.eof or frame.waits():
                break
            step = b""
        if frame.eof:
            return frame.unused_data + packed[start + _CHUNK :]
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
