"""A file as it came: measured before it is read, hashed, and opened as rows whatever its format and encoding."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from inspection.kernel.canonical import sha256_hex
from inspection.kernel.errors import Invalid
from inspection.registry.intake.delimited import RawRow, decoded, rows_of
from inspection.registry.intake.workbook import rows_of_workbook
from mobile_contract.problems import ProblemCode

LARGEST = 50 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The bytes of one file. `digest` is their SHA-256 in hex."""

    name: str
    data: bytes
    digest: str
    rows_guess: int

    def rows(self) -> Iterator[RawRow]:
        """The rows, from the first.

        Raises:
            Invalid: `registry.file_empty`, `registry.old_workbook`, `registry.workbook_broken`,
                `registry.workbook_bomb`, `registry.encoding_unknown`.
        """
        if not self.data.strip(b"\xef\xbb\xbf \t\r\n"):
            raise Invalid(ProblemCode.IMPORT_EMPTY, "registry.file_empty")
        if self.data.startswith(_OLD_OFFICE):
            raise Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.old_workbook")
        if self.data.startswith(_ZIP):
            return rows_of_workbook(self.data)
        return rows_of(decoded(self.data)[0])


def take(source: Path | BinaryIO | bytes, name: str | None = None, limit: int = LARGEST) -> Sheet:
    """The whole file, refused before it is read when it is larger than `limit` bytes. Blocking: call it off the loop.

    Raises:
        Invalid: `registry.file_too_large` with size (when known) and limit, `registry.file_unreadable`.
    """
    try:
        data = _bytes_of(source, limit)
    except OSError as error:
        raise Invalid(
            ProblemCode.IMPORT_UNREADABLE, "registry.file_unreadable", detail=error.strerror or type(error).__name__
        ) from error
    if name is None:
        name = source.name if isinstance(source, Path) else "-"
    rows = 0 if data.startswith(_ZIP) else data.count(b"\n")
    return Sheet(name[:300], data, sha256_hex(data), rows)


def _bytes_of(source: Path | BinaryIO | bytes, limit: int) -> bytes:
    if isinstance(source, Path):
        _refuse_large(source.stat().st_size, limit)
        with source.open("rb") as stream:
            return _bytes_of(stream, limit)
    data = source if isinstance(source, bytes) else source.read(limit + 1)
    _refuse_large(len(data), limit)
    return data


def _refuse_large(size: int, limit: int) -> None:
    if size > limit:
        raise Invalid(ProblemCode.IMPORT_TOO_LARGE, "registry.file_too_large", size=size, limit=limit)
