"""What a file is by its first bytes, and when that is another thing than its sender says."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media.sniff import HEAD, MEDIA_TYPES, differs, sniff
from tests.media.pictures import HEIC, encoded

FTYP = b"\x00\x00\x00\x18ftyp"


def packed(*names: str, content: str = "<x/>", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name in names:
            file.writestr(name, content)
    return out.getvalue()


OFFICE = ("[Content_Types].xml", "_rels/.rels")
FILES = {
    "3GP": FTYP + b"3gp4" + bytes(12),
    "AAC": b"\xff\xf1\x50\x80" + bytes(20),
    "AMR": b"#!AMR\n" + bytes(20),
    "AVI": b"RIFF\x24\x00\x00\x00AVI LIST",
    "AVIF": b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf",
    "BMP": encoded(Image.new("RGB", (2, 2)), "BMP"),
    "DOCX": packed(*OFFICE, "word/document.xml"),
    "FLAC": b"fLaC\x00\x00\x00\x22",
    "GIF": encoded(Image.new("RGB", (2, 2)), "GIF"),
    "HEIF": HEIC,
    "JPEG": encoded(Image.new("RGB", (2, 2)), "JPEG"),
    "M4A": FTYP + b"M4A " + bytes(12),
    "MKV": b"\x1aE\xdf\xa3\xa3\x42\x82\x88matroska",
    "MOV": FTYP + b"qt  " + bytes(12),
    "MP3": b"\xff\xfb\x90\x64" + bytes(20),
    "MP4": FTYP + b"isom" + bytes(12),
    "MPEG": b"\x00\x00\x01\xba\x44",
    "ODS": packed("mimetype", content=MEDIA_TYPES["ODS"], compression=zipfile.ZIP_STORED),
    "ODT": packed("mimetype", content=MEDIA_TYPES["ODT"], compression=zipfile.ZIP_STORED),
    "OFD": packed("OFD.xml", "Doc_0/Document.xml"),
    "OGG": b"OggS\x00\x02" + bytes(20),
    "OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20),
    "PDF": b"%PDF-1.7\n",
    "PNG": encoded(Image.new("RGB", (2, 2)), "PNG"),
    "PPTX": packed(*OFFICE, "ppt/presentation.xml"),
    "RTF": b"{\\rtf1\\ansi",
    "TIFF": encoded(Image.new("RGB", (2, 2)), "TIFF"),
    "WAV": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "WEBM": b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm",
    "WEBP": encoded(Image.new("RGB", (2, 2)), "WEBP"),
    "XLSX": packed(*OFFICE, "xl/workbook.xml"),
    "ZIP": packed("photo.jpg", "notes.txt"),
}


@pytest.mark.parametrize("kind", sorted(MEDIA_TYPES.keys() - {"MPO"}))  # the beginning of an MPO is that of a JPEG
def test_every_kind_of_the_list_is_told(kind: str) -> None:
    assert sniff(FILES[kind]) == kind
    assert not differs(MEDIA_TYPES[kind], kind)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"ID3\x04\x00", "MP3"),
        (b"PK\x05\x06" + bytes(18), "ZIP"),
        (packed("mimetype", content="application/epub+zip", compression=zipfile.ZIP_STORED), "ZIP"),
        (b"MZ\x90\x00", ""),
        (b"<html>", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"RIFF\x24\x00\x00\x00????", ""),
        (b"\xff\xff\xff\xff", ""),
        (b"", ""),
    ],
)
def test_what_is_on_no_list_is_told_as_nothing(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("declared", "found", "other"),
    [
        ("image/jpeg", "JPEG", False),
        ("image/jpg", "MPO", False),
        ("image/png", "JPEG", True),
        ("image/heif", "HEIF", False),
        ("video/quicktime", "MP4", False),
        ("audio/mp4", "MP4", False),
        ("video/mp4", "PDF", True),
        ("application/zip", "DOCX", False),
        ("application/msword", "OLE", False),
        ("application/pdf", "ZIP", True),
        ("application/octet-stream", "PDF", False),
        ("application/octet-stream", "", False),
        ("video/mp4", "", True),
        ("text/plain", "", False),
        ("text/plain", "PDF", True),
        ("application/x-unheard-of", "", False),
    ],
)
def test_a_sender_is_contradicted_only_where_the_bytes_are_plain(declared: str, found: str, *, other: bool) -> None:
    assert differs(declared, found) is other


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", FTYP, b"RIFF", b"\x1aE\xdf\xa3", b"\xff\xf1"]))
def test_whatever_comes_is_answered_from_the_closed_list(data: bytes, start: bytes) -> None:
    assert sniff(start + data) in {"", *MEDIA_TYPES}


def test_no_more_than_the_head_is_looked_at() -> None:
    far = packed(*(f"photos/{number:04}.jpg" for number in range(1000)), "word/document.xml")
    assert len(far) > HEAD
    assert sniff(far) == sniff(far[:HEAD]) == "ZIP"
