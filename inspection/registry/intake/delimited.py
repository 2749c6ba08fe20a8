"""Delimited text (CSV, TSV) as rows. Broken rows are told apart and never swallow their neighbours."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from inspection.kernel.errors import Invalid
from inspection.registry.intake.remarks import Reason, Remark, remark
from mobile_contract.problems import ProblemCode

DELIMITERS = ",\t;|"
LONGEST_ROW = 60_000  # characters; below csv's own field limit, which is a global we do not touch
LONGEST_QUOTE = 20  # lines that one quoted cell may span


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file, numbered from 1 as a spreadsheet shows it.

    `broken` is set when the text could not be taken apart; `cells` then hold the first line as one cell.
    """

    number: int
    cells: tuple[str, ...]
    broken: Remark | None = None


def decoded(data: bytes) -> tuple[str, str]:
    """(text, name of the encoding): a byte-order mark decides, else UTF-8, else GB 18030 (which contains GBK).

    Raises:
        Invalid: `registry.encoding_unknown` with the offset of the first byte that fits neither.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strictly(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strictly(data, "gb18030"), "gb18030"


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(
            ProblemCode.IMPORT_UNREADABLE, "registry.encoding_unknown", offset=error.start, tried=encoding
        ) from error


def delimiter_of(text: str) -> str:
    """The delimiter most frequent in the first filled line."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")[:LONGEST_ROW]
    return max(DELIMITERS, key=first.count)


def rows_of(text: str) -> Iterator[RawRow]:
    """The rows of a delimited text, blank ones left out but counted.

    A quotation mark that never closes spoils its own line only: csv alone would read on to the end of the file.
    """
    delimiter = delimiter_of(text)
    lines = _Lines(text)
    number = 0
    while (line := lines.next()) is not None:
        number += 1
        if '"' not in line:
            if len(line) > LONGEST_ROW:
                yield RawRow(number, (line,), remark(Reason.ROW_TOO_LONG, limit=LONGEST_ROW))
            elif line and not line.isspace():
                yield RawRow(number, tuple(line.split(delimiter)))
            continue
        yield _quoted(number, line, lines, delimiter)


class _Lines:
    """Lines with one step of looking ahead, so that a quoted cell may span several."""

    def __init__(self, text: str) -> None:
        self._source = io.StringIO(text, newline=None)
        self._ahead: list[str] = []

    def next(self) -> str | None:
        if self._ahead:
            return self._ahead.pop(0)
        line = self._source.readline()
        return line.removesuffix("\n") if line else None

    def peek(self, index: int) -> str | None:
        while len(self._ahead) <= index:
            line = self._source.readline()
            if not line:
                return None
            self._ahead.append(line.removesuffix("\n"))
        return self._ahead[index]

    def skip(self, count: int) -> None:
        del self._ahead[:count]


def _quoted(number: int, line: str, lines: _Lines, delimiter: str) -> RawRow:
    whole = line
    for extra in range(LONGEST_QUOTE + 1):
        if len(whole) > LONGEST_ROW:
            return RawRow(number, (line,), remark(Reason.ROW_TOO_LONG, limit=LONGEST_ROW))
        if (cells := _one_record(whole, delimiter)) is not None:
            lines.skip(extra)
            return RawRow(number, cells)
        more = lines.peek(extra)
        if more is None:
            break
        whole = f"{whole}\n{more}"
    return RawRow(number, (line,), remark(Reason.QUOTE_UNBALANCED))


def _one_record(text: str, delimiter: str) -> tuple[str, ...] | None:
    try:
        records = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return tuple(records[0]) if len(records) == 1 else None
