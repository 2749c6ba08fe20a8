"""What a file is by its first bytes, and whether that is what its sender called it. Pure and bounded.

A table of our own: what the libraries of this kind (puremagic, filetype) answer is not closed, and they take every ZIP
for a Word file and a HEIC for a video. The signatures: ISO/IEC 14496-12 §4.3 (`ftyp`), RFC 8794 (EBML), RFC 9559
(Matroska), RFC 3533 (Ogg), RFC 9639 (FLAC), RFC 4867 (AMR), ISO 32000-2 §7.5.2 (PDF), ECMA-376-2 (Office),
OpenDocument 1.3 part 2 §3.3, GB/T 33190 (OFD).
"""

import re
from collections.abc import Mapping
from typing import Final

from media.rules import ANY_BYTES

HEAD: Final = 16 * 1024
"""So many bytes of a file are enough: what stands behind them is not looked at."""

SHOWN: Final[Mapping[str, str]] = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
"""The images that are read and get small copies (HEIF with the extra `[heic]` only), with the media type to send."""

NOT_SHOWN: Final[Mapping[str, str]] = {
    "AVIF": "image/avif",
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
}
OTHERS: Final[Mapping[str, str]] = {
    "3GP": "video/3gpp",
    "AAC": "audio/aac",
    "AMR": "audio/amr",
    "AVI": "video/x-msvideo",
    "DOCX": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "FLAC": "audio/flac",
    "M4A": "audio/mp4",
    "MKV": "video/x-matroska",
    "MOV": "video/quicktime",
    "MP3": "audio/mpeg",
    "MP4": "video/mp4",
    "MPEG": "video/mpeg",
    "ODS": "application/vnd.oasis.opendocument.spreadsheet",
    "ODT": "application/vnd.oasis.opendocument.text",
    "OFD": "application/ofd",
    "OGG": "application/ogg",
    "OLE": "application/x-ole-storage",
    "PDF": "application/pdf",
    "PPTX": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "RTF": "application/rtf",
    "WAV": "audio/wav",
    "WEBM": "video/webm",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ZIP": "application/zip",
}
MEDIA_TYPES: Final[Mapping[str, str]] = {**SHOWN, **NOT_SHOWN, **OTHERS}
"""The closed list of what `probe.format` may be (besides `""`, unknown), with the media type to send."""

_ISO: Final = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "audio/mp4", "audio/x-m4a", "audio/m4a"})
_ZIPPED: Final = frozenset({"application/zip", "application/x-zip-compressed"})
_MORE_NAMES: Final[Mapping[str, frozenset[str]]] = {
    "3GP": _ISO | {"audio/3gpp"},
    "AAC": frozenset({"audio/aacp", "audio/x-aac"}),
    "AMR": frozenset({"audio/3gpp", "audio/amr-wb"}),
    "AVI": frozenset({"video/avi", "video/msvideo"}),
    "BMP": frozenset({"image/x-ms-bmp", "image/x-bmp"}),
    "DOCX": _ZIPPED,
    "FLAC": frozenset({"audio/x-flac"}),
    "HEIF": frozenset({"image/heif", "image/heic-sequence", "image/heif-sequence"}),
    "JPEG": frozenset({"image/jpg", "image/pjpeg"}),
    "M4A": _ISO,
    "MKV": frozenset({"audio/x-matroska", "video/matroska", "audio/matroska"}),
    "MOV": _ISO,
    "MP3": frozenset({"audio/mp3"}),
    "MP4": _ISO,
    "MPO": frozenset({"image/jpg", "image/pjpeg", "image/mpo"}),
    "ODS": _ZIPPED,
    "ODT": _ZIPPED,
    "OFD": _ZIPPED | {"application/vnd.ofd"},
    "OGG": frozenset({"audio/ogg", "video/ogg", "audio/opus"}),
    "OLE": frozenset({"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"}),
    "PDF": frozenset({"application/x-pdf"}),
    "PPTX": _ZIPPED,
    "RTF": frozenset({"text/rtf"}),
    "TIFF": frozenset({"image/x-adobe-dng", "image/dng"}),
    "WAV": frozenset({"audio/x-wav", "audio/wave", "audio/vnd.wave"}),
    "WEBM": frozenset({"audio/webm"}),
    "XLSX": _ZIPPED,
    "ZIP": frozenset({"application/x-zip-compressed"}),
}
_ACCEPTED: Final = {kind: frozenset({told}) | _MORE_NAMES.get(kind, frozenset()) for kind, told in MEDIA_TYPES.items()}
_TOLD_APART: Final = frozenset().union(*_ACCEPTED.values())

_STARTS: Final = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"%PDF-", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE"),
    (b"{\\rtf", "RTF"),
    (b"OggS\x00", "OGG"),
    (b"fLaC", "FLAC"),
    (b"#!AMR", "AMR"),
    (b"ID3", "MP3"),
    (b"\x00\x00\x01\xba", "MPEG"),
)
_RIFF: Final = {b"WEBP": "WEBP", b"AVI ": "AVI", b"WAVE": "WAV"}
_BRANDS: Final = (
    (b"hei", "HEIF"),
    (b"hev", "HEIF"),
    (b"mif1", "HEIF"),
    (b"msf1", "HEIF"),
    (b"avi", "AVIF"),
    (b"qt  ", "MOV"),
    (b"3g", "3GP"),
    (b"M4A", "M4A"),
    (b"M4B", "M4A"),
)
_INSIDE: Final = (
    (b"word/", "DOCX"),
    (b"xl/", "XLSX"),
    (b"ppt/", "PPTX"),
    (b"OFD.xml", "OFD"),
)
_MEMBER: Final = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_MPEG_AUDIO: Final = re.compile(rb"\xff[\xfb\xfa\xf3\xf2][^\x00-\x0f\xf0-\xff]", re.DOTALL)
_ADTS: Final = re.compile(rb"\xff[\xf1\xf9\xf0\xf8]")


def sniff(head: bytes) -> str:
    """What the file that begins with `head` is: a key of `MEDIA_TYPES`, or `""`. Only its first `HEAD` bytes count."""
    head = head[:HEAD]
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        return _packed(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return "WEBM" if b"webm" in head[:64] else "MKV"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "BMP"
    return "MP3" if _MPEG_AUDIO.match(head) else "AAC" if _ADTS.match(head) else ""


def differs(declared: str, found: str) -> bool:
    """Whether a sender's media type says something else than the bytes; `application/octet-stream` says nothing."""
    if declared == ANY_BYTES:
        return False
    return declared not in _ACCEPTED[found] if found else declared in _TOLD_APART


def _brand(head: bytes) -> str:
    major = head[8:12]
    # `mif1` as the major brand is said of HEIC and AVIF alike; the compatible brands tell them apart.
    if major in {b"mif1", b"msf1"} and b"avif" in head[16 : min(64, int.from_bytes(head[:4], "big"))]:
        return "AVIF"
    for start, kind in _BRANDS:
        if major.startswith(start):
            return kind
    return "MP4"


def _packed(head: bytes) -> str:
    """An archive, or a document that is one: told by the names of its first members."""
    for member in _MEMBER.finditer(head):
        name = head[member.end() : member.end() + int.from_bytes(member[1], "little")]
        for start, kind in _INSIDE:
            if name.startswith(start):
                return kind
        if name == b"mimetype":
            content = head[member.end() + len(name) :][:80]
            return next((kind for kind in ("ODS", "ODT") if content.startswith(OTHERS[kind].encode())), "ZIP")
    return "ZIP"
