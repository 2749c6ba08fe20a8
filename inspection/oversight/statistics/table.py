"""The figures as lines of a table, in words and for machines: what a person opens in a spreadsheet. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from inspection.kernel.catalogue import text
from inspection.oversight.statistics.figures import (
    Burden,
    Counted,
    Excess,
    Named,
    PublicStatistics,
    Rate,
    Statistics,
)
from inspection.registry.intake.cells import guarded
from inspection.registry.intake.rejects import BYTE_ORDER_MARK

SECTIONS: Final = (
    *("plan", "draws", "items", "coverage", "visits", "completion", "results", "publication", "objections"),
    *("follow_up", "periods", "units"),
)
COLUMNS: Final = ("section", "figure", "key", "name", "count", "of", "share")
_ELSEWHERE: Final = frozenset({"highest", "unexecuted", "name", "first", "last", "unit"})
_PUBLIC: Final = ("base", "drawn", "published", "objects", "on_time", "corrected", "problems", "by_code", "by_item")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: `section` and `figure` are keys of the catalogue, `key` and `name` what it is broken down by."""

    section: str
    figure: str
    key: str
    name: str
    count: int
    of: int | None = None
    share: float | None = None


def lines(figures: Statistics) -> Iterator[Line]:
    """Every figure of a span, section by section."""
    for section in SECTIONS:
        held = getattr(figures, section)
        if section in {"periods", "units"}:
            for one in held:
                yield from _section(section, one, one.name)
        else:
            yield from _section(section, held, "")


def public_lines(figures: PublicStatistics) -> Iterator[Line]:
    """Every public figure of a span."""
    for name in _PUBLIC:
        yield from _figure("public", name, getattr(figures, name), figures.authority)
    yield from _section("draws", figures.draws, figures.authority)
    for one in figures.periods:
        yield from _section("periods", one, one.name)


def as_csv(found: Iterable[Line], lang: str) -> bytes:
    """The lines as CSV (UTF-8 with a mark, CRLF), headed and named in `zh_CN` or `en`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([text(f"oversight.figure_column_{name}", lang) for name in COLUMNS])
    for line in found:
        writer.writerow([guarded(cell) for cell in _cells(line, lang)])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _cells(line: Line, lang: str) -> tuple[str, ...]:
    return (
        text(f"oversight.figure_{line.section}", lang),
        text(f"oversight.figure_{line.section}_{line.figure}", lang),
        line.key,
        line.name,
        str(line.count),
        "" if line.of is None else str(line.of),
        "" if line.share is None else f"{line.share:.4f}",
    )


def _section(section: str, held: Any, name: str) -> Iterator[Line]:
    for each in fields(held):
        if each.name not in _ELSEWHERE:
            yield from _figure(section, each.name, getattr(held, each.name), name)


def _figure(section: str, figure: str, value: Any, name: str) -> Iterator[Line]:
    if isinstance(value, int):
        yield Line(section, figure, "", name, value)
    elif isinstance(value, Rate):
        yield Line(section, figure, "", name, value.count, value.of, value.share)
    elif isinstance(value, tuple):
        for one in value:
            yield _broken_down(section, figure, one)
    elif is_dataclass(value):
        raise TypeError(f"{section}.{figure} is no figure")


def _broken_down(section: str, figure: str, one: Any) -> Line:
    match one:
        case Counted(key, count):
            return Line(section, figure, key, "", count)
        case Named(key, name, told):
            return Line(section, figure, key, name, told.count, told.of, told.share)
        case Burden(visits, objects):
            return Line(section, figure, str(visits), "", objects)
        case Excess(period, limit, count):
            return Line(section, figure, f"{period} > {limit}", "", count)
    raise TypeError(f"{section}.{figure} holds {type(one).__name__}")
