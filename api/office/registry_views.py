"""What the registry's routes answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.language import Language
from inspection.registry.intake.preview import Preview
from inspection.registry.intake.report import Counts, ImportReport, NotedRow
from inspection.registry.objects.compare_objects import Absent


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the file (as a spreadsheet counts) and what is to be said of it."""

    number: int
    text: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportView:
    """The outcome of one import. `repeated`: the same bytes were imported before, whole. At most 200 rows are told."""

    run: UUID
    what: str
    file_name: str
    file_digest: str
    repeated: bool
    counts: Counts
    rejected: tuple[RowView, ...]
    warned: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a row would change: field → [before, after]."""

    number: int
    key: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What an import would do. `token`: an import that is given it refuses when anything is another by then;
    `columns`: by field, the headers it is read from; `absent`: objects that the file does not name, when asked for.
    """

    what: str
    file_name: str
    file_digest: str
    token: str
    columns: Mapping[str, Sequence[str]]
    counts: Counts
    changes: tuple[ChangeView, ...]
    rejected: tuple[RowView, ...]
    warned: tuple[RowView, ...]
    absent: Absent | None


def preview_view(found: Preview, absent: Absent | None, language: Language) -> PreviewView:
    """The preview in the caller's language."""
    return PreviewView(
        what=found.what,
        file_name=found.file_name,
        file_digest=found.file_digest,
        token=found.token,
        columns=found.columns,
        counts=found.counts,
        changes=tuple(ChangeView(change.number, change.key, change.fields) for change in found.changes),
        rejected=tuple(_row(row, language) for row in found.rejected),
        warned=tuple(_row(row, language) for row in found.warned),
        absent=absent,
    )


def import_view(report: ImportReport, language: Language) -> ImportView:
    """The report in the caller's language."""
    return ImportView(
        run=report.run,
        what=report.what,
        file_name=report.file_name,
        file_digest=report.file_digest,
        repeated=report.repeated,
        counts=report.counts,
        rejected=tuple(_row(row, language) for row in report.rejected),
        warned=tuple(_row(row, language) for row in report.warned),
    )


def _row(row: NotedRow, language: Language) -> RowView:
    return RowView(row.number, row.text(language), tuple(remark.key.value for remark in row.remarks))
