"""Single cells of a foreign row: cleaned, measured, read as dates and lists. Pure; every refusal is a remark."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from operator import gt

from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.remarks import Reason, Remark, remark

# What is never written on purpose: controls, zero-width marks, direction overrides, byte-order marks.
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_BREAKS = re.compile(r"[\t\r\n]+")
_SPACES = re.compile(r"\s{2,}")
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # a Chinese spreadsheet takes full-width signs too
_GUARDED = re.compile(r"'[=+\-@'\t\r\n＝＋－＠]")
_WRAPPED = re.compile(r'="([^"]*)"')
_LIST = re.compile(r"[、,，;；|/\n]+")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL_DATE = re.compile(r"\d{5}")
FOR_EVER = date(9999, 12, 31)  # 长期; other systems write 9999-09-09
_SERIAL_ZERO = date(1899, 12, 30)  # day 0 of spreadsheets


class RowReader:
    """Reads the cells of one row and collects why it cannot be taken."""

    def __init__(self, columns: ColumnMap, cells: Sequence[str]) -> None:
        self._columns = columns
        self._cells = cells
        self.reasons: list[Remark] = []

    def title(self, field: str) -> str:
        """The column's header as the file spells it."""
        return self._columns.title(field)

    def text(self, field: str, limit: int, *, required: bool = False, one_line: bool = False) -> str:
        """The cleaned cell; notes a reason when it is absent though required, too long, or holds control characters.

        Line breaks become spaces, or a reason when the field is of `one_line` by nature: a stray quotation mark may
        have glued two rows together.
        """
        raw = self._columns.value(self._cells, field)
        value = clean(raw, one_line=one_line)
        if value is None:
            self.reasons.append(remark(Reason.CONTROL_CHARACTER, column=self.title(field)))
            return ""
        if len(value) > limit:
            self.reasons.append(remark(Reason.VALUE_TOO_LONG, column=self.title(field), limit=limit, length=len(value)))
            return ""
        if required and not value:
            self.reasons.append(remark(Reason.VALUE_MISSING, column=self.title(field)))
        return value

    def optional(self, field: str, limit: int) -> str | None:
        """The cleaned cell, or None when it is empty."""
        return self.text(field, limit) or None

    def list_of(self, field: str, limit: int) -> tuple[str, ...]:
        """A cell that lists several things, split at 、，; and the like; sorted, each once."""
        return listed(self.text(field, limit))

    def number(self, field: str, most: int) -> int | None:
        """A cell as a whole number from 0 to `most`; notes a reason when it is filled with anything else."""
        value = self.text(field, 40)
        if not value:
            return None
        digits = unicodedata.normalize("NFKC", value).replace(",", "").removesuffix(".0")
        if not (digits.isascii() and digits.isdigit()) or int(digits) > most:
            self.reasons.append(remark(Reason.NUMBER_SHAPE, column=self.title(field), value=value, most=most))
            return None
        return int(digits)

    def day(self, field: str) -> date | None:
        """A cell as a day; notes a reason when it is filled with anything else."""
        value = self.text(field, 40)
        if not value:
            return None
        day = read_day(value)
        if day is None:
            self.reasons.append(remark(Reason.DATE_SHAPE, column=self.title(field), value=value))
        return day


def plain_cells(cells: Sequence[str], most: Sequence[int]) -> bool:
    """Whether `clean` would leave every one of these cells as it is, and none is longer than `most`.

    One look at all of them together: may say no where a look at each would say yes.
    """
    line = "|".join(cells)
    return (
        line.isprintable()
        and "  " not in line
        and "| " not in line
        and " |" not in line
        and "|'" not in line
        and "|=" not in line
        and not line.startswith((" ", "'", "="))
        and not line.endswith(" ")
        and unicodedata.is_normalized("NFC", line)
        and not any(map(gt, map(len, cells), most))
    )


def clean(raw: str, *, one_line: bool = False) -> str | None:
    """The cell in Unicode NFC without invisible marks and doubled spaces; None when control characters remain."""
    text = raw.strip()
    if text.isprintable() and not text.startswith(("'", "=")) and "  " not in text:
        return unicodedata.normalize("NFC", text)  # most cells; the rest is slower
    if wrapped := _WRAPPED.fullmatch(text):  # ="9137…": how other systems keep a spreadsheet from rounding
        text = wrapped[1]
    if _GUARDED.match(text):  # the mark we put before what a spreadsheet would take for a formula
        text = text[1:]
    if _ODD.search(text):
        text = _INVISIBLE.sub("", text)
        if not one_line:
            text = _BREAKS.sub(" ", text)
        if _ODD.search(text):
            return None
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip()


def guarded(cell: str) -> str:
    """The cell as it may stand in a CSV that people open in a spreadsheet: no formula. `clean` undoes it."""
    if _GUARDED.match(cell):  # looks guarded though it is not: `clean` would take a mark that was its own
        return f"'{cell}"
    return f"'{cell}" if cell[:1] in _FORMULA and not _WRAPPED.fullmatch(cell) else cell


def listed(value: str) -> tuple[str, ...]:
    """The parts of an enumeration, sorted, each once."""
    return tuple(sorted({part.strip() for part in _LIST.split(value)} - {""}))


def read_day(value: str) -> date | None:
    """A day: 2026-03-02, 2026/3/2, 2026.3.2, 2026年3月2日, 20260302, a spreadsheet's serial number, 长期."""
    text = unicodedata.normalize("NFKC", value).strip()
    if text in {"长期", "永久"}:
        return FOR_EVER
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if match:
        try:
            day = date(*map(int, match.groups()))
        except ValueError:
            return None
        return FOR_EVER if day.year == FOR_EVER.year else day
    if _SERIAL_DATE.fullmatch(text):
        return _SERIAL_ZERO + timedelta(days=int(text))
    return None
