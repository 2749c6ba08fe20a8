"""What becomes of the rows of a file: good drafts, or rejected rows with every reason. Pure."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from inspection.kernel.errors import Invalid
from inspection.registry.intake.columns import (
    Column,
    ColumnMap,
    check_titles,
    map_columns,
    missing_columns,
)
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Reason, Remark, remark
from mobile_contract.problems import ProblemCode

HEADER_WITHIN = 10  # filled rows in which the header is sought: registers often begin with a title


class Draft(Protocol):
    """What a row says, with the key that makes it one of its kind in a file."""

    @property
    def key(self) -> str: ...


D = TypeVar("D", bound=Draft)
D_co = TypeVar("D_co", bound=Draft, covariant=True)


@dataclass(frozen=True, slots=True)
class Good(Generic[D_co]):
    """A row that can go in. `number` is the row as a spreadsheet counts it, `digest` the one of the draft."""

    number: int
    cells: tuple[str, ...]
    draft: D_co
    digest: str
    warnings: tuple[Remark, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        # A million of these go from one process to another: a third of the time of what dataclasses do by themselves.
        return Good, (self.number, self.cells, self.draft, self.digest, self.warnings)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot, as it came, with every reason found."""

    number: int
    cells: tuple[str, ...]
    reasons: tuple[Remark, ...]


ReadRow: TypeAlias = Callable[[ColumnMap, RawRow], Good[D] | Rejected]


@dataclass(frozen=True, slots=True)
class Body:
    """The part of a file below its header."""

    columns: ColumnMap
    rows: Iterator[RawRow]

    def results(self, read: ReadRow[D]) -> Iterator[Good[D] | Rejected]:
        """Every row read; of two rows with one key the first stands, the second is rejected and names it."""
        seen: dict[str, int] = {}
        for row in self.rows:
            result = self._one(row, read)
            if isinstance(result, Good):
                first = seen.setdefault(result.draft.key, row.number)
                if first != row.number:
                    reason = remark(Reason.DUPLICATE, value=result.draft.key, first=first)
                    result = Rejected(row.number, row.cells, (reason,))
            yield result

    def _one(self, row: RawRow, read: ReadRow[D]) -> Good[D] | Rejected:
        if row.broken is not None:
            return Rejected(row.number, row.cells, (row.broken,))
        width = len(self.columns.header)
        if len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
            reason = remark(Reason.TOO_MANY_CELLS, columns=width, cells=len(row.cells))
            return Rejected(row.number, row.cells, (reason,))
        return read(self.columns, row)


def body_of(rows: Iterator[RawRow], columns: tuple[Column, ...], given: Mapping[str, str] | None = None) -> Body:
    """Find the header among the first filled rows. `given` says of headers which field each means.

    Raises:
        Invalid: `registry.file_empty` when there is no filled row at all, `registry.column_missing` with the missing
            columns and the headers they could bear, `registry.mapping_header_absent`.
    """
    with ExitStack() as refused:
        # A file that is refused is closed at once: nobody will read on.
        refused.callback(_close, rows)
        found = _below_header(rows, columns, given)
        refused.pop_all()
    return found


def _below_header(rows: Iterator[RawRow], columns: tuple[Column, ...], given: Mapping[str, str] | None) -> Body:
    first: RawRow | None = None
    for count, row in enumerate(rows, start=1):
        first = first or row
        mapped = map_columns([cell.strip() for cell in row.cells], columns, given) if row.broken is None else None
        if mapped is not None:
            check_titles(mapped.header, given or {})
            return Body(mapped, rows)
        if count == HEADER_WITHIN:
            break
    if first is None:
        raise Invalid(ProblemCode.IMPORT_EMPTY, "registry.file_empty")
    if given:
        check_titles(first.cells, given)
    raise missing_columns(first.cells, columns)


def _close(rows: Iterator[RawRow]) -> None:
    if isinstance(rows, Generator):
        rows.close()
