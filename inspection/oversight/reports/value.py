"""What a report says, frozen: its words are those of the catalogue when it is printed, its numbers never change."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from inspection.kernel.canonical import canonical_json, sha256_hex


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `figure`: of its label; `key` and `name`: what it is broken down by, as code and as people call it
    ('' where the label says all); `of` and `share` (percent as text) where it is a share.
    """

    figure: str
    key: str
    name: str
    count: int
    of: int | None = None
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that belong together."""

    key: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its name and its cells as they stand."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LateLine:
    """Something that was not done by its day. Days are ISO; `done_on` '' while it is not done."""

    matter: str
    name: str
    due_on: str
    done_on: str
    days: int
    people: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture (SVG) in both languages; what it shows stands in it."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Body:
    """To whom the report goes."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ReportValue:
    """A report. Instants and days are ISO texts; `at`: when the figures were taken; `remarks`: the drafter's words."""

    authority: str
    kind: str
    period: str
    first: str
    last: str
    number: str
    version: int
    rule_set: str
    article: str
    at: str
    drafted_by: str
    remarks: str
    bodies: tuple[Body, ...]
    sections: tuple[Section, ...]
    periods: tuple[Line, ...]
    units: tuple[Line, ...]
    late: tuple[LateLine, ...]
    plots: tuple[Plot, ...]


def frozen(value: ReportValue) -> tuple[str, str]:
    """The text that is kept of it, and the text's SHA-256 (hex)."""
    text = canonical_json(asdict(value))
    return text.decode(), sha256_hex(text)


def thawed(text: str) -> ReportValue:
    """The value again."""
    told: dict[str, Any] = json.loads(text)
    return ReportValue(
        **told
        | {
            "bodies": tuple(Body(**one) for one in told["bodies"]),
            "sections": tuple(
                Section(one["key"], tuple(Row(**row) for row in one["rows"])) for one in told["sections"]
            ),
            "periods": _lines(told["periods"]),
            "units": _lines(told["units"]),
            "late": tuple(LateLine(**one | {"people": tuple(one["people"])}) for one in told["late"]),
            "plots": tuple(Plot(**one) for one in told["plots"]),
        }
    )


def _lines(told: list[Mapping[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(one["name"], tuple(one["cells"])) for one in told)
