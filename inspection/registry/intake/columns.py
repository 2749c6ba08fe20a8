"""Which column of a foreign file means what. Headers are found by their synonyms, in Chinese or English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

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
    _pickers: dict[tuple[str, ...], "_Picker"] = field(default_factory=dict, repr=False, compare=False)

    def picked(self, cells: tuple[str, ...], fields: tuple[str, ...]) -> tuple[str, ...]:
        """`value` of each of several fields at once."""
        picker = self._pickers.get(fields)
        if picker is None:
            picker = self._pickers[fields] = _Picker(self, fields)
        return picker.pick(cells)

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


class _Picker:
    """Takes the cells of several fields out of a row: a million rows have the same columns."""

    def __init__(self, columns: ColumnMap, fields: tuple[str, ...]) -> None:
        self._columns = columns
        self._width = len(columns.header)
        firsts = [columns.places.get(name, (self._width,))[0] for name in fields]
        self._take = itemgetter(*firsts, self._width)  # of two at least it makes a tuple
        self._several = [(at, name) for at, name in enumerate(fields) if len(columns.places.get(name, ())) > 1]

    def pick(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        missing = self._width - len(cells)
        row = (*cells, "") if not missing else (*cells[: self._width], *[""] * (max(missing, 0) + 1))
        found: tuple[str, ...] = self._take(row)[:-1]
        if not self._several:
            return found
        values = list(found)
        for at, name in self._several:
            values[at] = self._columns.value(cells, name)
        return tuple(values)


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
        Invalid: `registry.mapping_field_unknown` with the fields there are, `registry.mapping_too_long`,
            `registry.mapping_header_twice`.
    """
    known = [column.field for column in columns]
    if unknown := sorted({field for field in given.values() if field not in known and field != IGNORED}):
        raise Invalid(ProblemCode.INVALID, "registry.mapping_field_unknown", fields=unknown, known=[*known, IGNORED])
    if len(given) > MOST_GIVEN or any(not plain(title) or len(title) > LONGEST_TITLE for title in given):
        raise Invalid(ProblemCode.INVALID, "registry.mapping_too_long", most=MOST_GIVEN, longest=LONGEST_TITLE)
    told: dict[str, str] = {}
    for title, meaning in given.items():
        if told.setdefault(plain(title), meaning) != meaning:
            raise header_twice(title)


def header_twice(title: str) -> Invalid:
    """The error of a mapping that says two things of one header, in whatever spelling."""
    return Invalid(ProblemCode.INVALID, "registry.mapping_header_twice", title=title[:LONGEST_TITLE])


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
