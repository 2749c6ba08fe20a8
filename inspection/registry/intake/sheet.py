"""A file as it came: measured before it is read, hashed, and opened as rows whatever its format and encoding."""

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from inspection.kernel.errors import Invalid
from inspection.registry.intake.delimited import RawRow, rows_of
from inspection.registry.intake.workbook import rows_of_workbook
from mobile_contract.problems import ProblemCode

LARGEST = 50 * 1024 * 1024  # of a workbook, and of what is given in memory
LARGEST_TEXT = 300 * 1024 * 1024  # of a delimited text on the disk, which is never in memory whole: a million rows
PIECE = 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file, on the disk (`path`) or in memory (`data`). `digest` is the SHA-256 of its bytes in hex, `size` their
    number.
    """

    name: str
    size: int
    digest: str
    rows_guess: int
    path: Path | None = None
    data: bytes = field(default=b"", repr=False)

    def rows(self) -> Iterator[RawRow]:
        """The rows, from the first.

        Raises:
            Invalid: `registry.file_empty`, `registry.old_workbook`, `registry.workbook_broken`,
                `registry.workbook_bomb`, `registry.encoding_unknown`.
        """
        with self._open() as stream:
            start = stream.read(PIECE)
        if not start.strip(b"\xef\xbb\xbf \t\r\n") and len(start) == self.size:
            raise Invalid(ProblemCode.IMPORT_EMPTY, "registry.file_empty")
        if start.startswith(_OLD_OFFICE):
            raise Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.old_workbook")
        if start.startswith(_ZIP):
            with self._open() as stream:
                return rows_of_workbook(stream.read())
        return rows_of(self.text())

    def text(self) -> TextIO:
        """The file as text with lines that end in "\\n".

        Raises:
            Invalid: `registry.encoding_unknown` with the offset of the first byte that fits no encoding.
        """
        with self._open() as stream:
            encoding = encoding_of(stream)
        return io.TextIOWrapper(self._open(), encoding=encoding, newline=None)

    def _open(self) -> BinaryIO:
        return self.path.open("rb") if self.path is not None else io.BytesIO(self.data)


def take(source: Path | BinaryIO | bytes, name: str | None = None) -> Sheet:
    """The file, refused before it is read when it is too large. Blocking: call it off the loop.

    Raises:
        Invalid: `registry.file_too_large` with size (when known) and limit, `registry.file_unreadable`.
    """
    try:
        return _on_disk(source, name) if isinstance(source, Path) else _in_memory(source, name)
    except OSError as error:
        raise Invalid(
            ProblemCode.IMPORT_UNREADABLE, "registry.file_unreadable", detail=error.strerror or type(error).__name__
        ) from error


def _on_disk(path: Path, name: str | None) -> Sheet:
    size = path.stat().st_size
    digest, rows = hashlib.sha256(), 0
    with path.open("rb") as stream:
        workbook = stream.read(len(_ZIP)) == _ZIP
        _refuse_large(size, LARGEST if workbook else LARGEST_TEXT)
        stream.seek(0)
        while piece := stream.read(PIECE):
            digest.update(piece)
            rows += 0 if workbook else piece.count(b"\n")
    return Sheet((path.name if name is None else name)[:300], size, digest.hexdigest(), rows, path)


def _in_memory(source: BinaryIO | bytes, name: str | None) -> Sheet:
    data = source if isinstance(source, bytes) else source.read(LARGEST + 1)
    _refuse_large(len(data), LARGEST)
    rows = 0 if data.startswith(_ZIP) else data.count(b"\n")
    digest = hashlib.sha256(data).hexdigest()
    return Sheet(("-" if name is None else name)[:300], len(data), digest, rows, data=data)


def _refuse_large(size: int, limit: int) -> None:
    if size > limit:
        raise Invalid(ProblemCode.IMPORT_TOO_LARGE, "registry.file_too_large", size=size, limit=limit)


def encoding_of(stream: BinaryIO) -> str:
    """The name of a text's encoding: a byte-order mark decides, else UTF-8, else GB 18030 (which contains GBK).

    Raises:
        Invalid: `registry.encoding_unknown` with the offset of the first byte that fits neither.
    """
    start = stream.read(4)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    wrong: int | None = None
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        stream.seek(0)
        wrong = _first_wrong(stream, encoding)
        if wrong is None:
            return encoding
    raise Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.encoding_unknown", offset=wrong, tried=marked or "gb18030")


def _first_wrong(stream: BinaryIO, encoding: str) -> int | None:
    """The offset of the first byte that is not of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    while True:
        piece = stream.read(PIECE)
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            return offset - pending + error.start
        if not piece:
            return None
        offset += len(piece)
