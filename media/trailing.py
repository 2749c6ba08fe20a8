"""Where a picture ends and something else begins. Pure.

A JPEG with a ZIP behind it opens as both, in every decoder. We keep it (phones append data of their own) and say so.
"""

import re
from typing import Final

_JPEG_START: Final = b"\xff\xd8"
_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
# In entropy-coded data FF is followed by 00 (stuffing), FF (filling) or a restart marker; anything else ends the scan.
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_SOS, _EOI = 0xDA, 0xD9
_JFIF, _PLAIN_JFIF = 0xE0, b"\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_PICTURE: Final = frozenset({0xC0, 0xC4, 0xDA, 0xDB})  # baseline frame, Huffman tables, scan, quantisation tables
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})


def trailing_bytes(data: bytes, kind: str) -> int:
    """How many bytes of `data` follow the end of its picture (of its last one, in an MPO); 0 when no end is found."""
    if kind in {"JPEG", "MPO"}:
        end = _jpeg_end(data)
    elif kind == "PNG":
        end = _png_end(data)
    elif kind == "WEBP":
        end = 8 + int.from_bytes(data[4:8], "little")
        end += end & 1
    else:
        end = None
    return max(0, len(data) - end) if end is not None else 0


def is_bare_jpeg(data: bytes) -> bool:
    """Whether this is one JPEG and nothing else: tables, frame, scan and the plain JFIF header; no comment, no other
    application segment (EXIF, ICC, thumbnails, a second picture's index), nothing behind its end.
    """
    at = 2 if data.startswith(_JPEG_START) else len(data)
    while (marker := _MARKER.match(data, at)) is not None:
        code, body = marker[1][0], marker.end()
        length = int.from_bytes(data[body : body + 2], "big")
        at = body + length
        plain = code in _PICTURE or (code == _JFIF and data[body:at] == _PLAIN_JFIF)
        if not plain or length < len(_JPEG_START):
            return False
        if code == _SOS:
            end = _SCAN_END.search(data, at)
            return end is not None and data[end.start() :] == bytes((0xFF, _EOI))
    return False


def _jpeg_end(data: bytes) -> int | None:
    end = _one_jpeg(data, 0)
    while end is not None and data[end : end + 3] == _JPEG_START + b"\xff":
        following = _one_jpeg(data, end)
        if following is None:
            break
        end = following
    return end


def _one_jpeg(data: bytes, start: int) -> int | None:
    """The position behind the EOI marker of the JPEG that begins at `start`; `None` when it has none."""
    at = start + 2
    while (marker := _MARKER.match(data, at)) is not None:
        code = marker[1][0]
        at = marker.end()
        if code == _EOI:
            return at
        if code in _ALONE:
            continue
        at += int.from_bytes(data[at : at + 2], "big")
        if code == _SOS:
            scan = _SCAN_END.search(data, at)
            if scan is None:
                return None
            at = scan.start()
    return None


def _png_end(data: bytes) -> int | None:
    at = 8
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at
    return None
