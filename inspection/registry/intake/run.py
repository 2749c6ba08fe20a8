"""The common course of an import: measure, find the header, store chunk by chunk, remember the rejected, report.

A chunk is one transaction with its own journal line, so that a long import does not keep devices waiting and an
interrupted one has stored whole chunks; importing the file again completes it.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Generic, TypeAlias, TypeVar
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.registry.intake import store
from inspection.registry.intake.columns import Column
from inspection.registry.intake.facts import ImportRunFacts
from inspection.registry.intake.mappings import keep_mapping
from inspection.registry.intake.reader import Job, ReaderProcess, worth_a_process
from inspection.registry.intake.rejects import reject_header, reject_line
from inspection.registry.intake.report import Counts, ImportReport, NotedRow
from inspection.registry.intake.rows import Body, Draft, Good, ReadRow, Rejected, body_of
from inspection.registry.intake.sheet import Sheet, take
from inspection.registry.intake.wanted import PLAIN, Wanted, headers_of, preview_token
from mobile_contract.problems import ProblemCode

CHUNK = 4000
REJECTS_PAGE = 1000

Source: TypeAlias = Path | BinaryIO | bytes
Progress: TypeAlias = Callable[[int, int], None]
"""Called with rows done and rows expected; 0 expected means unknown."""

D = TypeVar("D", bound=Draft)


@dataclass(frozen=True, slots=True)
class Change:
    """What storing the good rows of one chunk did."""

    added: int
    changed: int
    unchanged: int
    also_rejected: tuple[Rejected, ...] = ()
    also_warned: tuple[NotedRow, ...] = ()


StoreChunk: TypeAlias = Callable[[UUID, Sequence[Good[D]]], Awaitable[Change]]


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a row would change of the thing with this key: field → [before, after]."""

    number: int
    key: str
    fields: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What storing the good rows of one chunk would do."""

    added: int
    unchanged: int
    changes: tuple[RowChange, ...] = ()
    also_rejected: tuple[Rejected, ...] = ()
    also_warned: tuple[NotedRow, ...] = ()


CompareChunk: TypeAlias = Callable[[Sequence[Good[D]]], Awaitable[Comparison]]


@dataclass(frozen=True, slots=True)
class Kind(Generic[D]):
    """One kind of register: its name, its columns, how a row is read, how a chunk of good rows is stored, and, where it
    can be previewed, what storing it would do. `apart`: large files of it are read in a process of their own; `read`
    must then be something that another process can import. `without`: the same kind for a file that has no column for
    these fields, where that makes a difference."""

    what: str
    columns: tuple[Column, ...]
    read: ReadRow[D]
    store: StoreChunk[D]
    compare: CompareChunk[D] | None = None
    apart: bool = False
    without: "Callable[[frozenset[str]], Kind[D]] | None" = None

    def fitting(self, body: Body) -> "Kind[D]":
        """The kind for a file with these columns."""
        lacking = frozenset(column.field for column in self.columns) - body.columns.places.keys()
        return self.without(lacking) if self.without is not None and lacking else self


async def run_import(
    cmd: Command,
    authority: UUID,
    kind: Kind[D],
    source: Source,
    *,
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
    wanted: Wanted = PLAIN,
) -> ImportReport:
    """Import one file; see the verbs for what can be raised."""
    sheet = await asyncio.to_thread(take, source, name)
    headers = await headers_of(authority, kind.what, kind.columns, wanted)
    body = await asyncio.to_thread(lambda: body_of(sheet.rows(), kind.columns, headers))
    kind = kind.fitting(body)
    report: ImportReport | None = None
    async with aclosing(chunks(sheet, body, kind, headers)) as rows:
        async for chunk in rows:
            if report is None:
                report = await in_unit(_open, cmd, authority, kind.what, sheet, body, wanted, headers)
            report = await in_unit(_one_chunk, cmd, authority, kind, report, chunk)
            if progress is not None:
                progress(report.counts.rows, max(sheet.rows_guess - 1, 0))
    if report is None:
        raise Invalid(ProblemCode.IMPORT_EMPTY, "registry.no_rows")
    report = await in_unit(_close, cmd, authority, report, body)
    if rejects is not None and report.counts.rejected:
        await _write_rejects(report.run, rejects)
    return report


async def chunks(
    sheet: Sheet, body: Body, kind: Kind[D], headers: Mapping[str, str] | None
) -> AsyncGenerator[list[Good[D] | Rejected], None]:
    """Chunk by chunk, the next one being read in a thread, or in a process when the file is large, while the database
    stores the one before."""
    apart: ReaderProcess[D] | None = None
    if kind.apart and worth_a_process(sheet):
        apart = await asyncio.to_thread(ReaderProcess[D], Job(sheet, kind.columns, headers, kind.read, CHUNK))
    following = partial(_next_chunk, body.results(kind.read)) if apart is None else apart.next_chunk
    reading = asyncio.ensure_future(asyncio.to_thread(following))
    try:
        while chunk := await reading:
            reading = asyncio.ensure_future(asyncio.to_thread(following))
            yield chunk
    finally:
        # Neither process nor thread must outlive the import, whatever ended it.
        if apart is not None:
            apart.end()
        await asyncio.gather(reading, return_exceptions=True)


def _next_chunk(results: Iterator[Good[D] | Rejected]) -> list[Good[D] | Rejected]:
    return list(islice(results, CHUNK))


async def _open(
    cmd: Command,
    authority: UUID,
    what: str,
    sheet: Sheet,
    body: Body,
    wanted: Wanted,
    headers: Mapping[str, str] | None,
) -> ImportReport:
    await one_at_a_time(authority)
    if wanted.token is not None and wanted.token != await preview_token(authority, what, sheet.digest, headers):
        raise StaleScreen(ProblemCode.STALE_SCREEN, "registry.preview_stale")
    if wanted.headers and wanted.origin:
        await keep_mapping(cmd, authority, what, wanted.origin, wanted.headers)
    earlier = await store.runs_of_file(authority, what, sheet.digest)
    whole = next((run for run in earlier if run.finished_at is not None), None)
    broken_off = next((run for run in earlier if run.finished_at is None), None)
    report = ImportReport(cmd.new_id(), what, sheet.name, sheet.digest, repeated=whole is not None)
    if whole is not None:
        return report
    if broken_off is not None:
        return replace(report, run=broken_off.id)
    by = (cmd.actor.id, cmd.actor.name)
    await store.open_run(report.run, authority, what, sheet.name, sheet.digest, body.columns.header, cmd.now, by)
    return report


async def one_at_a_time(authority: UUID) -> None:
    """Wait for others who write to this register, until commit. Takes no number, only the counter's row lock: two
    imports into one register go chunk after chunk."""
    await authorities.next_number(f"{authority}:registry", 0)


async def _one_chunk(
    cmd: Command, authority: UUID, kind: Kind[D], report: ImportReport, chunk: Sequence[Good[D] | Rejected]
) -> ImportReport:
    await one_at_a_time(authority)
    good = [row for row in chunk if isinstance(row, Good)]
    change = await kind.store(report.run, good)
    refused = {row.number for row in change.also_rejected}
    rejected = sorted(
        [*(row for row in chunk if isinstance(row, Rejected)), *change.also_rejected], key=lambda row: row.number
    )
    warned = warned_rows(good, refused, change.also_warned)
    if not report.repeated:  # a repeated file's rejected rows are kept with its first import
        await store.keep_rejected(report.run, {cmd.new_id(): row for row in rejected})
    return report.plus(
        Counts(len(chunk), change.added, change.changed, change.unchanged, len(rejected), len(warned)),
        [NotedRow(row.number, row.reasons) for row in rejected],
        warned,
    )


def warned_rows(good: Sequence[Good[D]], refused: set[int], also: Sequence[NotedRow]) -> list[NotedRow]:
    """The rows that went in and are odd: by themselves, or (`also`) beside what the register holds."""
    told = {row.number: row.warnings for row in good if row.warnings}
    for row in also:
        told[row.number] = (*told.get(row.number, ()), *row.remarks)
    return [NotedRow(number, told[number]) for number in sorted(told) if number not in refused]


async def _close(cmd: Command, authority: UUID, report: ImportReport, body: Body) -> ImportReport:
    counts = report.counts
    if report.repeated and (counts.added or counts.changed):
        by = (cmd.actor.id, cmd.actor.name)
        header = body.columns.header
        await store.open_run(
            report.run, authority, report.what, report.file_name, report.file_digest, header, cmd.now, by
        )
    if not report.repeated or counts.added or counts.changed:
        await store.close_run(report.run, counts, cmd.now)
    else:
        earlier = await store.runs_of_file(authority, report.what, report.file_digest)
        report = replace(report, run=earlier[0].id)
    await append(
        cmd.event(
            EventKind.IMPORT_FINISHED,
            f"registry:{authority}",
            run=str(report.run),
            what=report.what,
            file=report.file_name,
            digest=report.file_digest,
            repeated=report.repeated,
            counts=counts.as_json(),
        )
    )
    return report


async def reject_pages(run_id: UUID) -> AsyncGenerator[str, None]:
    """The reject file of an import as CSV text, some hundred rows at a time; the first page has the header.

    Raises:
        NotFound: `registry.import_unknown`.
    """
    run = await store.run(run_id)
    if run is None:
        raise NotFound(ProblemCode.IMPORT_UNKNOWN, "registry.import_unknown", run=str(run_id))
    keeper = await _keeper_of_rejects(run)
    page, after = reject_header(run.header), 0
    while rows := await store.rejected(keeper, after, REJECTS_PAGE):
        yield page + "".join(reject_line(run.header, row.number, row.cells, row.reasons) for row in rows)
        page, after = "", rows[-1].number
    if page:
        yield page


async def first_rejected(run: ImportRunFacts, limit: int) -> list[NotedRow]:
    """The first rows that an import rejected, with every reason."""
    rows = await store.rejected(await _keeper_of_rejects(run), 0, limit)
    return [NotedRow(row.number, row.reasons) for row in rows]


async def _keeper_of_rejects(run: ImportRunFacts) -> UUID:
    """The import of these bytes that keeps their rejected rows: the first one, whatever the clock said of the order."""
    for same in await store.runs_of_file(run.authority, run.what, run.file_digest):
        if await store.rejected(same.id, 0, 1):
            return same.id
    return run.id


async def _write_rejects(run_id: UUID, path: Path) -> None:
    with await asyncio.to_thread(path.open, "w", encoding="utf-8", newline="") as out:
        async for page in reject_pages(run_id):
            await asyncio.to_thread(out.write, page)
