"""What an import tells its caller: counts, and the first rows that were rejected or odd, in words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.registry.intake.remarks import Remark

TOLD = 200  # rows named in a report; the reject file holds all


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows met which fate; `rows` is their sum but for `warned`, whose rows went in."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    warned: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(
            self.rows + other.rows,
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.rejected + other.rejected,
            self.warned + other.warned,
        )

    def as_json(self) -> dict[str, JSON]:
        return {
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "warned": self.warned,
        }


@dataclass(frozen=True, slots=True)
class NotedRow:
    """A row number (as a spreadsheet counts) and what is to be said of it."""

    number: int
    remarks: tuple[Remark, ...]

    def text(self, lang: str) -> str:
        return " ".join(remark.text(lang) for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome of one import. `repeated`: the same bytes were imported before, whole."""

    run: UUID
    what: str
    file_name: str
    file_digest: str
    repeated: bool
    counts: Counts = field(default_factory=Counts)
    rejected: tuple[NotedRow, ...] = ()
    warned: tuple[NotedRow, ...] = ()

    def plus(self, counts: Counts, rejected: Iterable[NotedRow], warned: Iterable[NotedRow]) -> "ImportReport":
        """The report with a further chunk's counts and rows."""
        return replace(
            self,
            counts=self.counts.plus(counts),
            rejected=first_told(self.rejected, rejected),
            warned=first_told(self.warned, warned),
        )


def first_told(have: Sequence[NotedRow], more: Iterable[NotedRow]) -> tuple[NotedRow, ...]:
    """As many of both as a report names."""
    return (*have, *more)[:TOLD] if len(have) < TOLD else tuple(have)
