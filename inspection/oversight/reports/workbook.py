"""The same report as a workbook: figures are numbers, no cell is a formula, the same value gives the same bytes."""

import asyncio
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from inspection.kernel.catalogue import text
from inspection.oversight.reports.paper import PERIODS, UNITS, matter_label, period_text, row_label, section_label
from inspection.oversight.reports.value import ReportValue
from inspection.registry.intake.cells import guarded

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LATE: Final = ("matter", "about", "due", "done", "days", "who", "reason")
_WIDE: Final = 44
_NARROW: Final = 14

Table = list[Sequence[str | int | None]]


async def set_workbook(told: ReportValue, lang: str) -> bytes:
    """The workbook. Takes some 30 ms of a thread."""
    return await asyncio.to_thread(workbook, told, lang)


def workbook(told: ReportValue, lang: str) -> bytes:
    """The same, here and now."""
    from openpyxl import Workbook  # noqa: PLC0415  16 MB that a server holds from its first workbook on
    from openpyxl.writer.excel import save_workbook  # noqa: PLC0415

    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    for title, rows in _sheets(told, lang):
        _fill(book.create_sheet(title), rows)
    at = datetime.fromisoformat(told.at).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = at
    book.properties.creator = told.authority
    out = io.BytesIO()
    save_workbook(book, out)
    return _same_bytes(out.getvalue(), at)


def _sheets(told: ReportValue, lang: str) -> Iterable[tuple[str, Table]]:
    def say(key: str, **facts: str) -> str:
        return text(f"oversight.report_{key}", lang, **facts)

    head: Table = [[say(f"title_{told.kind}", period=period_text(told.period, lang)), told.number]]
    head += [[say("column_authority"), told.authority], [say("span"), f"{told.first} – {told.last}"]]
    head += [[say("at"), told.at], [], [say(key) for key in ("section", "figure", "count", "of", "share")]]
    for section in told.sections:
        name = section_label(section, lang)
        head += [[name, row_label(section, row, lang), row.count, row.of, row.share] for row in section.rows]
    yield say("sheet_figures"), head
    yield (
        say("sheet_periods"),
        [[say(f"column_{key}") for key in PERIODS], *([one.name, *one.cells] for one in told.periods)],
    )
    yield say("sheet_units"), [[say(f"column_{key}") for key in UNITS], *([one.name, *one.cells] for one in told.units)]
    late: Table = [[say(f"column_{key}") for key in _LATE]]
    for one in told.late:
        days = (one.due_on, one.done_on, one.days)
        late.append([matter_label(one.matter, lang), one.name, *days, "、".join(one.people), one.reason])
    yield say("sheet_late"), late


def _fill(sheet: Any, rows: Table) -> None:
    for row in rows:
        sheet.append([_cell(one) for one in row])
    for column, width in (("A", _NARROW * 2), ("B", _WIDE), *((one, _NARROW) for one in "CDEFG")):
        sheet.column_dimensions[column].width = width


def _cell(value: str | int | None) -> str | int | None:
    """A number where it is one, so that sheets can reckon with it; a text never as a formula."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < _NARROW else guarded(value)
    return value


def _same_bytes(data: bytes, at: datetime) -> bytes:
    """The archive without the time at which it was written."""
    out = io.BytesIO()
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(held.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            part = held.read(name)
            if name == "docProps/core.xml":
                part = _stamped(part, stamp)
            made.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _stamped(part: bytes, stamp: bytes) -> bytes:
    """Saving sets the instant of the last change to now."""
    head, mark, rest = part.partition(b"<dcterms:modified")
    if not mark:
        return part
    opening, close, tail = rest.partition(b">")
    _, end, after = tail.partition(b"</dcterms:modified>")
    return head + mark + opening + close + stamp + end + after
