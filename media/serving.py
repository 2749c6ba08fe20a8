"""How stored bytes are handed out: validators, ranges and the headers that keep a hostile file harmless. Pure.

Sources: RFC 9110 §13 (conditional requests) and §14 (ranges). A photo with a ZIP or a script behind it is a photo in
every decoder, so an original is always a download, never sniffed, and sandboxed should a browser show it all the same;
but what was found to be a recording may be played in place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from media.rules import ANY_BYTES
from media.sniff import MEDIA_TYPES

UNLOOKED_TYPES: Final = frozenset({"application/pdf"})
"""Declared types that are passed on while nobody has looked: a download of them runs nothing."""

PLAYED: Final = frozenset({"video/mp4", "video/webm"})
"""Videos that a page may show in place, so that its player can seek; every sound may be. Only by what was found."""

_ODD_EXTENSIONS: Final = {"JPEG": "jpg", "MPO": "jpg", "HEIF": "heic", "TIFF": "tif", "MPEG": "mpg", "OLE": "bin"}
EXTENSIONS: Final[Mapping[str, str]] = {
    "image/svg+xml": "svg",
    **{told: _ODD_EXTENSIONS.get(kind, kind.lower()) for kind, told in MEDIA_TYPES.items()},
}

SANDBOX: Final = "sandbox; default-src 'none'"
GUARDS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": SANDBOX,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=31536000, immutable",
    "Accept-Ranges": "bytes",
}

_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file to be handed out: digest (hex), length in bytes, media type, and whether a page may show it in place."""

    digest: str
    length: int
    mime: str
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send: status, headers, and the bytes [start, stop) of the file as the body."""

    status: int
    headers: Mapping[str, str]
    start: int = 0
    stop: int = 0


def answer(file: Stored, headers: Mapping[str, str]) -> Answer:
    """The answer to a GET or HEAD with these request headers (names in lower case): 200, 206, 304 or 416."""
    etag = f'"{file.digest}"'
    told = dict(GUARDS) | {"ETag": etag}
    if _names(headers.get("if-none-match", ""), etag):
        return Answer(304, told)
    told |= {"Content-Type": file.mime, "Content-Disposition": _disposition(file)}
    if file.inline and not file.mime.startswith("image/"):
        told["Content-Security-Policy"] = f"{SANDBOX}; media-src 'self'"
    span = _span(headers.get("range", ""), file.length)
    # A weak or other validator, or a date, means: the whole file, if it is not certainly the same one.
    if span is None or headers.get("if-range", etag).strip() != etag:
        return Answer(200, told | {"Content-Length": str(file.length)}, 0, file.length)
    start, stop = span
    if start >= stop:
        return Answer(416, told | {"Content-Range": f"bytes */{file.length}", "Content-Length": "0"})
    told |= {"Content-Range": f"bytes {start}-{stop - 1}/{file.length}", "Content-Length": str(stop - start)}
    return Answer(206, told, start, stop)


def stored(digest: str, length: int, mime: str, probe: Mapping[str, Any] | None) -> Stored:
    """An original as it may be handed out: under the type that was found, in place only if that is played."""
    shown = shown_type(mime, probe)
    found = probe is not None and bool(probe.get("format"))
    return Stored(digest, length, shown, inline=found and (shown in PLAYED or shown.startswith("audio/")))


def shown_type(mime: str, probe: Mapping[str, Any] | None) -> str:
    """The media type to send for a stored file: what its bytes were found to be, never what the sender called them."""
    if probe is not None:
        return MEDIA_TYPES.get(probe.get("format", ""), ANY_BYTES)
    return mime if mime in UNLOOKED_TYPES else ANY_BYTES


def _span(told: str, length: int) -> tuple[int, int] | None:
    """The bytes [start, stop) that a Range header asks for; empty when unsatisfiable, `None` when it is to be ignored.

    Several ranges in one request may be answered with the whole file (RFC 9110 §14.2), and are.
    """
    span = _RANGE.fullmatch(told.strip())
    if span is None:
        return None
    first, last, suffix = span.groups()
    if suffix is not None:
        return max(0, length - int(suffix)), length
    if last and int(last) < int(first):
        return None
    return int(first), min(length, int(last) + 1 if last else length)


def _names(list_: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in list_.split(",")}
    return "*" in tags or etag in tags


def _disposition(file: Stored) -> str:
    # The name is ours: a client's file name would have to be cleaned, and says nothing a digest does not.
    name = f"{file.digest}.{EXTENSIONS.get(file.mime, 'bin')}"
    return f'{"inline" if file.inline else "attachment"}; filename="{name}"'
