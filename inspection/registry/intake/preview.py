"""试导入: the whole file read and compared with the register, and nothing written, not even to the journal."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO, TypeVar
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.errors import Invalid
from inspection.registry.intake.cells import guarded
from inspection.registry.intake.rejects import BYTE_ORDER_MARK, reject_header, reject_line
from inspection.registry.intake.report import TOLD, Counts, NotedRow, first_told
from inspection.registry.intake.rows import Body, Draft, Good, Rejected, body_of
from inspection.registry.intake.run import Comparison, Kind, Progress, RowChange, Source, chunks, warned_rows
from inspection.registry.intake.sheet import take
from inspection.registry.intake.wanted import PLAIN, Wanted, headers_of, preview_token
from mobile_contract.problems import ProblemCode

D = TypeVar("D", bound=Draft)

CHANGE_TITLES = ("行号 Row", "代码 Key", "字段 Field", "原值 Before", "新值 After")
_LIST_SIGN = "、"


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import of the file would do. `token`: an import that is given it refuses to run when the register, the
    file or the mapping is not the one of this preview. `columns`: by field, the headers it is read from; `header`: all
    headers of the file.
    """

    what: str
    file_name: str
    file_digest: str
    token: str
    columns: Mapping[str, tuple[str, ...]]
    counts: Counts = field(default_factory=Counts)
    changes: tuple[RowChange, ...] = ()
    rejected: tuple[NotedRow, ...] = ()
    warned: tuple[NotedRow, ...] = ()
    header: tuple[str, ...] = ()


Seen = Callable[[Iterable[Good[Draft]]], None]


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files to write on the way: rejected rows, all changes. `seen` is told every good row."""

    rejects: Path | None = None
    changes: Path | None = None
    seen: Seen | None = None


NO_OUTPUTS = Outputs()


async def preview_import(
    authority: UUID,
    kind: Kind[D],
    source: Source,
    *,
    name: str | None = None,
    wanted: Wanted = PLAIN,
    outputs: Outputs = NO_OUTPUTS,
    progress: Progress | None = None,
) -> Preview:
    """Read a file as its import would, and tell what that would do; see the questions for what can be raised."""
    sheet = await asyncio.to_thread(take, source, name)
    headers = await headers_of(authority, kind.what, kind.columns, wanted)
    body = await asyncio.to_thread(lambda: body_of(sheet.rows(), kind.columns, headers))
    kind = kind.fitting(body)
    token = await preview_token(authority, kind.what, sheet.digest, headers)
    preview = Preview(kind.what, sheet.name, sheet.digest, token, _columns(body), header=body.columns.header)
    async with AsyncExitStack() as stack:
        pages = _Pages(body, outputs, stack)
        rows = await stack.enter_async_context(aclosing(chunks(sheet, body, kind, headers)))
        async for chunk in rows:
            preview = await _one_chunk(kind, preview, chunk, pages)
            if progress is not None:
                progress(preview.counts.rows, max(sheet.rows_guess - 1, 0))
    if not preview.counts.rows:
        raise Invalid(ProblemCode.IMPORT_EMPTY, "registry.no_rows")
    return preview


async def _one_chunk(kind: Kind[D], preview: Preview, chunk: list[Good[D] | Rejected], pages: "_Pages") -> Preview:
    if kind.compare is None:
        raise TypeError(f"{kind.what} has nothing to compare with")
    good = [row for row in chunk if isinstance(row, Good)]
    found = await kind.compare(good)
    refused = {row.number for row in found.also_rejected}
    rejected = sorted(
        [*(row for row in chunk if isinstance(row, Rejected)), *found.also_rejected], key=lambda row: row.number
    )
    warned = warned_rows(good, refused, found.also_warned)
    await asyncio.to_thread(pages.write, rejected, found, good)
    counts = Counts(len(chunk), found.added, len(found.changes), found.unchanged, len(rejected), len(warned))
    return replace(
        preview,
        counts=preview.counts.plus(counts),
        changes=(*preview.changes, *found.changes)[:TOLD],
        rejected=first_told(preview.rejected, [NotedRow(row.number, row.reasons) for row in rejected]),
        warned=first_told(preview.warned, warned),
    )


class _Pages:
    """The files that are written while the rows go by; each is opened with its first line."""

    def __init__(self, body: Body, outputs: Outputs, stack: AsyncExitStack) -> None:
        self._header = body.columns.header
        self._outputs = outputs
        self._stack = stack
        self._rejects: TextIO | None = None
        self._changes: TextIO | None = None

    def write(self, rejected: list[Rejected], found: Comparison, good: list[Good[D]]) -> None:
        """One chunk. Blocking."""
        if self._outputs.rejects is not None and rejected:
            self._rejects = self._rejects or self._opened(self._outputs.rejects, reject_header(self._header))
            lines = (reject_line(self._header, row.number, row.cells, row.reasons) for row in rejected)
            self._rejects.write("".join(lines))
        if self._outputs.changes is not None:
            self._changes = self._changes or self._opened(self._outputs.changes, change_header())
            self._changes.write(change_lines(found.changes))
        if self._outputs.seen is not None:
            self._outputs.seen(good)

    def _opened(self, path: Path, first: str) -> TextIO:
        file = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        file.write(first)
        return file


def change_header() -> str:
    """The first line of the list of all changes; begins with the byte-order mark."""
    return BYTE_ORDER_MARK + _line(CHANGE_TITLES)


def change_lines(changes: Iterable[RowChange]) -> str:
    """One line for each field that would change."""
    return "".join(
        _line([str(change.number), change.key, name, *map(_said, values)])
        for change in changes
        for name, values in change.fields.items()
        if isinstance(values, list)
    )


def _said(value: JSON) -> str:
    if value is None:
        return ""
    return _LIST_SIGN.join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def _columns(body: Body) -> dict[str, tuple[str, ...]]:
    header = body.columns.header
    return {name: tuple(header[place] for place in places) for name, places in body.columns.places.items()}
