"""What the registry's routes answer."""

from dataclasses import dataclass
from uuid import UUID

from api.language import Language
from inspection.registry.intake.report import Counts, ImportReport, NotedRow


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
