"""Which column of a foreign file means what. Headers are found by their synonyms, in Chinese or English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

IGNORED = "-"  # as a field: this header means none
MOST_GIVEN = 200
LONGEST_TITLE = 200
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


def map_columns(
    header: Sequence[str], columns: Sequence[Column], given: Mapping[str, str] | None = None
) -> ColumnMap | None:
    """The map of a header row; None when a required column is absent.

    `given` says of headers which field each means, `IGNORED` for none; such a header stands for no other field, and a
    field that is given is not sought among the others.
    """
    told = {plain(title): field for title, field in (given or {}).items()}
    found: dict[str, list[int]] = {}
    named: dict[str, list[int]] = {}
    for index, cell in enumerate(header):
        title = plain(cell)
        if title in told:
            named.setdefault(told[title], []).append(index)
        else:
            found.setdefault(title, []).append(index)
    places: dict[str, tuple[int, ...]] = {}
    for column in columns:
        spots = named.get(column.field) or [s for name in column.synonyms for s in found.get(plain(name), ())]
        if spots:
            places[column.field] = tuple(dict.fromkeys(spots))
        elif column.required:
            return None
    return ColumnMap(tuple(header), places)


def check_given(given: Mapping[str, str], columns: Sequence[Column]) -> None:
    """Whether a mapping of headers can be one for these columns.

    Raises:
        Invalid: `registry.mapping_field_unknown` with the fields there are, `registry.mapping_too_long`.
    """
    known = [column.field for column in columns]
    if unknown := sorted({field for field in given.values() if field not in known and field != IGNORED}):
        raise Invalid(ProblemCode.INVALID, "registry.mapping_field_unknown", fields=unknown, known=[*known, IGNORED])
    if len(given) > MOST_GIVEN or any(not plain(title) or len(title) > LONGEST_TITLE for title in given):
        raise Invalid(ProblemCode.INVALID, "registry.mapping_too_long", most=MOST_GIVEN, longest=LONGEST_TITLE)


def check_titles(header: Sequence[str], given: Mapping[str, str]) -> None:
    """Whether a file has every header of which it was said what it means.

    Raises:
        Invalid: `registry.mapping_header_absent`.
    """
    have = {plain(cell) for cell in header}
    if absent := [title for title in given if plain(title) not in have]:
        found = [cell[:60] for cell in header[:40]]
        raise Invalid(ProblemCode.IMPORT_COLUMN_MISSING, "registry.mapping_header_absent", absent=absent, found=found)


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
