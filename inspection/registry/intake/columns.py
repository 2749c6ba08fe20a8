"""Which column of a foreign file means what. Headers are found by their synonyms, in Chinese or English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

_NOISE = re.compile(r"[\s()\[\]{}<>《》【】“”\"'*:,.;、。_\-/\\|#]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A field and the headers it goes by, the surest first."""

    field: str
    synonyms: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where the fields stand in one file. Several columns may carry one field (new code, old number)."""

    header: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]

    def value(self, cells: Sequence[str], field: str) -> str:
        """The first filled cell of the field; empty when the file has none."""
        for place in self.places.get(field, ()):
            if place < len(cells) and cells[place]:
                return cells[place]
        return ""

    def title(self, field: str) -> str:
        """The header as the file spells it, for messages."""
        places = self.places.get(field)
        return self.header[places[0]] if places else field


def plain(header: str) -> str:
    """A header without width, case, brackets and punctuation: "信用代码/注册号 *" → "信用代码注册号"."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", header).casefold())


def map_columns(header: Sequence[str], columns: Sequence[Column]) -> ColumnMap | None:
    """The map of a header row; None when a required column is absent."""
    found: dict[str, list[int]] = {}
    for index, cell in enumerate(header):
        found.setdefault(plain(cell), []).append(index)
    places: dict[str, tuple[int, ...]] = {}
    for column in columns:
        spots = [spot for synonym in column.synonyms for spot in found.get(plain(synonym), ())]
        if spots:
            places[column.field] = tuple(dict.fromkeys(spots))
        elif column.required:
            return None
    return ColumnMap(tuple(header), places)


def missing_columns(header: Sequence[str], columns: Sequence[Column]) -> Invalid:
    """The error that names the columns a header lacks and every header they could bear."""
    have = {plain(cell) for cell in header}
    lacking = [c for c in columns if c.required and not have & {plain(s) for s in c.synonyms}]
    return Invalid(
        ProblemCode.IMPORT_COLUMN_MISSING,
        "registry.column_missing",
        missing="、".join(column.synonyms[0] for column in lacking),
        accepted={column.synonyms[0]: list(column.synonyms) for column in lacking},
        found=[cell[:60] for cell in header[:40]],
    )
