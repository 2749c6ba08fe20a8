"""The first sheet of an XLSX workbook as rows of text, read in a stream."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from inspection.kernel.errors import DomainError, Invalid
from inspection.registry.intake.delimited import RawRow
from mobile_contract.problems import ProblemCode

MOST_COLUMNS = 200
MOST_ROWS = 1_048_576  # a sheet has no more
MOST_UNPACKED = 256 * 1024 * 1024
MOST_ELEMENTS = 8_000_000  # of XML: each becomes an object of some 200 bytes; 100,000 rows of 20 cells have 4 million
PIECE = 1024 * 1024
EXACT = 10**15  # a spreadsheet keeps 15 digits; from here on a number may have lost some


def rows_of_workbook(data: bytes) -> Iterator[RawRow]:
    """The rows of the first sheet, blank ones left out but counted.

    Raises:
        Invalid: `registry.workbook_broken` for anything that is not a readable workbook, `registry.workbook_bomb`
            for one that unpacks beyond 256 MiB or 8 million elements.
    """
    from openpyxl import load_workbook  # noqa: PLC0415  16 MB that a server holds from its first workbook on

    try:
        refuse_bomb(data, MOST_UNPACKED, MOST_ELEMENTS)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS, values_only=True)
        for number, values in enumerate(rows, start=1):
            if values.count(None) == len(values):
                continue  # a sheet with one cell in its last row has a million such rows
            cells = tuple(cell_text(value) for value in values)
            width = next((i for i in range(len(cells), 0, -1) if cells[i - 1]), 0)
            if width:
                yield RawRow(number, cells[:width])
    except DomainError:
        raise
    except Exception as error:  # A foreign reader on hostile bytes: whatever it raises, the file is broken.
        raise Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.workbook_broken", detail=type(error).__name__) from error


def refuse_bomb(data: bytes, most_unpacked: int, most_elements: int) -> None:
    """Measure before anything is parsed: a parser keeps an object for every element, whatever it is worth.

    Raises:
        Invalid: `registry.workbook_bomb`, `registry.workbook_crowded`.
        BadZipFile: the bytes are no ZIP archive.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if unpacked > most_unpacked:
            raise Invalid(ProblemCode.IMPORT_TOO_LARGE, "registry.workbook_bomb", limit=most_unpacked, size=unpacked)
        elements = sum(_elements(archive, member) for member in members)
    if elements > most_elements:
        raise Invalid(ProblemCode.IMPORT_TOO_LARGE, "registry.workbook_crowded", limit=most_elements, elements=elements)


def _elements(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """About how many elements the part has, were it XML; never fewer but for those that open across two pieces."""
    count = 0
    with archive.open(member) as part:
        while piece := part.read(PIECE):
            count += piece.count(b"<") - piece.count(b"</")
    return count


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers as long as the spreadsheet kept them exactly, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) >= EXACT:
        return f"{value:.17E}"
    return str(value)
