"""Delimited text (CSV, TSV) as rows. Broken rows are told apart and never swallow their neighbours."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from inspection.registry.intake.remarks import Reason, Remark, remark

DELIMITERS = ",\t;|"
LONGEST_ROW = 60_000  # characters; below csv's own field limit, which is a global we do not touch
MOST_BLANK = 1000  # lines before the first filled one
LONGEST_QUOTE = 20  # lines that one quoted cell may span
_UNENDED = "unexpected end of data"  # csv's words for a quoted cell that may go on in the next line


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file, numbered from 1 as a spreadsheet shows it.

    `broken` is set when the text could not be taken apart; `cells` then hold the first line as one cell.
    """

    number: int
    cells: tuple[str, ...]
    broken: Remark | None = None


def delimiter_of(line: str) -> str:
    """The delimiter most frequent in the first filled line."""
    return max(DELIMITERS, key=line[:LONGEST_ROW].count)


def rows_of(text: str | TextIO) -> Iterator[RawRow]:
    """The rows of a delimited text, blank ones left out but counted. A text that is a stream is closed behind them.

    A quotation mark that never closes spoils its own line only: csv alone would read on to the end of the file.
    """
    with io.StringIO(text, newline=None) if isinstance(text, str) else text as source:
        yield from _rows(_Lines(source))


def _rows(lines: "_Lines") -> Iterator[RawRow]:
    delimiter = delimiter_of(lines.first_filled())
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

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._ahead: list[str] = []

    def next(self) -> str | None:
        if self._ahead:
            return self._ahead.pop(0)
        line = self._read()
        return line.removesuffix("\n") if line else None

    def first_filled(self) -> str:
        """The first line that is not blank, looked at ahead; empty when there is none among the first thousand."""
        for index in range(MOST_BLANK):
            line = self.peek(index)
            if line is None:
                return ""
            if line and not line.isspace():
                return line
        return ""

    def _read(self) -> str:
        # Of a line without end only so much is kept as shows that it is too long: the file may be one such line.
        line = self._source.readline(LONGEST_ROW + 2)
        if len(line) == LONGEST_ROW + 2 and not line.endswith("\n"):
            while (rest := self._source.readline(LONGEST_ROW)) and not rest.endswith("\n"):
                pass
        return line

    def peek(self, index: int) -> str | None:
        while len(self._ahead) <= index:
            line = self._read()
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
        try:
            cells = _one_record(whole, delimiter)
        except csv.Error as error:
            if str(error) != _UNENDED:
                break  # nothing that follows mends it
        else:
            lines.skip(extra)
            return RawRow(number, cells)
        more = lines.peek(extra)
        if more is None:
            break
        whole = f"{whole}\n{more}"
    return RawRow(number, (line,), remark(Reason.QUOTE_UNBALANCED))


def _one_record(text: str, delimiter: str) -> tuple[str, ...]:
    """The cells of one record; csv's error for anything else."""
    return tuple(next(csv.reader([text], delimiter=delimiter, strict=True)))
