"""The register as a file that an import takes back: CSV page by page, or a workbook, both with constant memory."""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.registry.intake.cells import guarded, listed
from inspection.registry.intake.rejects import BYTE_ORDER_MARK
from inspection.registry.intake.workbook import MOST_ROWS
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.objects.rows import KIND_TITLES, RISK_TITLES, STATUS_TITLES
from inspection.registry.objects.rules import exemption_words
from inspection.registry.objects.search import search_objects
from inspection.registry.objects.store import ObjectQuery
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

PAGE = 2000
HEADER = tuple(column.synonyms[0] for column in OBJECT_COLUMNS)
_FIELDS = tuple(column.field for column in OBJECT_COLUMNS)
_BETWEEN = "、"
_YES = "是"


async def csv_pages(cmd: Command, authority: UUID, query: ObjectQuery) -> AsyncGenerator[str, None]:
    """The objects that a search would find, as CSV text (byte-order mark first, formulas guarded), page by page.

    Raises:
        NotFound: the authority is unknown or has no rule-set today.
    """
    titles = await _flag_titles(cmd, authority)
    yield BYTE_ORDER_MARK + await asyncio.to_thread(_lines, [HEADER])
    async for page in _pages(authority, query):
        yield await asyncio.to_thread(_lines, [_cells(found, titles) for found in page])


async def write_workbook(cmd: Command, authority: UUID, query: ObjectQuery, path: Path) -> int:
    """The same as an XLSX workbook at `path`; returns how many objects are in it.

    Raises:
        Invalid: `registry.export_too_long` when they are more than a sheet can hold.
        NotFound: the authority is unknown or has no rule-set today.
    """
    from openpyxl import Workbook  # noqa: PLC0415  16 MB that a server holds from its first workbook on

    titles = await _flag_titles(cmd, authority)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    try:
        count = await _fill(sheet, _pages(authority, query), titles)
    except BaseException:
        sheet.close()
        sheet._writer.cleanup()  # noqa: SLF001  the library removes its temporary file only when it has saved
        raise
    await asyncio.to_thread(book.save, path)
    return count


async def _fill(sheet: Any, pages: AsyncGenerator[list[ObjectFacts], None], titles: Mapping[str, str]) -> int:
    sheet.append(HEADER)
    count = 0
    async for page in pages:
        count += len(page)
        if count >= MOST_ROWS:
            raise Invalid(ProblemCode.INVALID, "registry.export_too_long", limit=MOST_ROWS - 1)
        await asyncio.to_thread(_append, sheet, page, titles)
    return count


async def write_csv(cmd: Command, authority: UUID, query: ObjectQuery, path: Path) -> int:
    """The CSV at `path`; returns how many objects are in it."""
    lines = -1
    with await asyncio.to_thread(path.open, "w", encoding="utf-8", newline="") as out:
        async for page in csv_pages(cmd, authority, query):
            lines += page.count("\r\n")
            await asyncio.to_thread(out.write, page)
    return lines


async def _pages(authority: UUID, query: ObjectQuery) -> AsyncGenerator[list[ObjectFacts], None]:
    after = query.after
    while page := await search_objects(authority, replace(query, after=after, limit=PAGE)):
        yield page
        if len(page) < PAGE:
            return
        after = page[-1].code


async def _flag_titles(cmd: Command, authority: UUID) -> Mapping[str, str]:
    """How each ground of exemption is written: in Chinese, or by its code where a list of it would fall apart."""
    words = exemption_words(await rules_today(cmd, authority))
    return {code: word for word, code in reversed(words.items()) if listed(word) == (word,) and not word.isascii()}


def _cells(found: ObjectFacts, flags: Mapping[str, str]) -> tuple[str, ...]:
    told = {
        "code": found.code,
        "name": found.name,
        "kind": KIND_TITLES[found.kind],
        "area": found.area,
        "scale": found.scale,
        "grade": found.credit_grade,
        "status": STATUS_TITLES[found.status],
        "address": found.address,
        "representative": found.representative,
        "phone": found.phone,
        "registrar": found.registrar,
        "office": found.office,
        "trades": _BETWEEN.join(found.trades),
        "contact": found.contact,
        "synthetic": _YES if found.synthetic else "",
        "owner": found.owner,
        "risk": RISK_TITLES[found.risk] if found.risk else None,
        "complaints": None if found.complaints is None else str(found.complaints),
        "flags": _BETWEEN.join(flags.get(code, code) for code in found.flags),
    }
    return tuple(guarded(told[name] or "") for name in _FIELDS)


def _append(sheet: Any, page: Sequence[ObjectFacts], flags: Mapping[str, str]) -> None:
    for found in page:
        sheet.append(_cells(found, flags))


def _lines(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
