"""The plots of a span: each a specification of Vega-Lite with its data in it, for the desk and for papers alike. Pure.

A plot says what it shows in its title, its axes and its own figures; nothing has to be looked up. Where there is
nothing to show it says so, in the same place.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from inspection.draw.told.monitoring import USUAL, USUAL_DESIGNATED
from inspection.kernel.catalogue import text
from inspection.oversight.plots.style import (
    ALARM,
    MAIN,
    PALE,
    QUIET,
    SECOND,
    count_axis,
    framed,
    labelled,
    share_axis,
)
from inspection.oversight.statistics.figures import Named, Rate, Statistics

ROWS: Final = 15
"""Rows of a plot of items: more are not read on a phone."""
ROW: Final = 24
BARS: Final = 0.56
"""The part of a row that is the bars'; the figures stand in the rest."""
STEPS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
MOST_TICKS: Final = 3
COLUMN: Final = 44
"""The width of a standing bar: a year has four quarters, and one of them alone shall not be a wall."""
MANY: Final = 6
"""Visits to one object from which on they are one bar."""


class Plot(StrEnum):
    """The plots that there are."""

    CHANCE = "chance"  # drawn against the printed probability, by quarter
    COVERAGE = "coverage"  # of the register, by grade and area
    ITEMS = "items"  # of the items' directories
    COMPLETION = "completion"
    JOINT = "joint"  # 联合率 by quarter
    PUBLICATION = "publication"  # in time and late, by quarter
    CHANGES = "changes"  # void, recusal and substitution rates
    BURDEN = "burden"  # visits per object


def plot(name: Plot, figures: Statistics, lang: str) -> dict[str, Any]:
    """A plot's specification (Vega-Lite 5), in `zh_CN` or `en`."""
    rows, height, body = _MADE[name](figures, lang)
    span = f"{figures.first.isoformat()} – {figures.last.isoformat()}"
    title, note = _said(f"{name}_title", lang), _said(f"{name}_note", lang)
    if not rows:
        nothing = {"mark": {"type": "text", "color": QUIET}, "encoding": {"text": {"value": _said("nothing", lang)}}}
        return framed(title, [span], f"{title}: {_said('nothing', lang)}", {"data": {"values": [{}]}, **nothing}, 60)
    return framed(title, [note, span], f"{title}. {note}", {"data": {"values": rows}, **body}, height)


Made = tuple[list[dict[str, Any]], int, dict[str, Any]]


def _chance(figures: Statistics, lang: str) -> Made:
    several = len({one.weight for quarter in figures.chance for one in quarter.classes}) > 1
    rows = [
        {
            "quarter": quarter.quarter,
            "class": _said("weight", lang, weight=one.weight) if several else "",
            "drawn": one.drawn,
            "expected": one.expected,
            "state": _said("conspicuous" if one.conspicuous else "drawn", lang),
        }
        for quarter in figures.chance
        for one in quarter.classes
    ]
    odd = any(one.conspicuous for quarter in figures.chance for one in quarter.classes)
    states = [_said("drawn", lang), *([_said("conspicuous", lang)] if odd else [])]
    axes = {
        "x": {"field": "quarter", "type": "nominal", "title": None, "scale": {"paddingInner": 0.35}},
        "xOffset": {"field": "class", "scale": {"paddingInner": 0.15}},
    }
    drawn = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "drawn", "type": "quantitative", "axis": count_axis(_said("objects", lang))},
            "color": {
                "field": "state",
                "scale": {"domain": states, "range": [MAIN, ALARM][: len(states)]},
                "legend": {} if odd or not several else None,
            },
            "opacity": _opacity(rows),
        },
    }
    expected = {
        "mark": {"type": "tick", "color": SECOND, "thickness": 2.5},
        "encoding": {"y": {"field": "expected", "type": "quantitative"}},
    }
    return rows, 200, {"encoding": axes, "layer": [drawn, expected]}


def _opacity(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = list(dict.fromkeys(str(row["class"]) for row in rows))
    if len(names) < 2:  # noqa: PLR2004  one class needs no legend
        return {"value": 1}
    shades = [1 - 0.55 * place / (len(names) - 1) for place in range(len(names))]
    return {"field": "class", "scale": {"domain": names, "range": shades}, "legend": {"symbolFillColor": MAIN}}


def _coverage(figures: Statistics, lang: str) -> Made:
    grades, areas = _fullest(figures.coverage.by_grade), _fullest(figures.coverage.by_area)
    graded = [{"row": _said("grade", lang, grade=one.key), **_shown(one.rate)} for one in grades if one.key]
    placed = [{"row": one.key, **_shown(one.rate)} for one in areas if one.key]
    whole = {"row": _said("register", lang), **_shown(figures.coverage.objects)}
    rows = [whole, *graded, *placed] if figures.coverage.objects.of else []
    return rows, ROW * len(rows), _rows_of_shares(rows, lang)


def _items(figures: Statistics, lang: str) -> Made:
    ranked = sorted(figures.coverage.by_item, key=lambda one: (-(one.rate.share or 0), one.key))[:ROWS]
    rows = [{"row": f"{one.key} {one.name}", **_shown(one.rate)} for one in ranked]
    return rows, ROW * len(rows), _rows_of_shares(rows, lang)


def _completion(figures: Statistics, lang: str) -> Made:
    told = figures.completion
    steps = (("formed", told.formed), ("published", told.published), ("closed", told.closed))
    rows = [{"row": _said(f"step_{name}", lang), **_shown(one)} for name, one in steps if one.of]
    return rows, 30 * len(rows), _rows_of_shares(rows, lang, full=True)


def _joint(figures: Statistics, lang: str) -> Made:
    rows = [
        {"quarter": one.name, "share": one.joint.share, "label": f"{one.joint.share:.0%}"}
        for one in figures.periods
        if one.joint.of
    ]
    return rows, 170, _columns_of_shares(lang)


def _publication(figures: Statistics, lang: str) -> Made:
    words = [_said("on_time", lang), _said("late", lang)]
    rows = [
        {"quarter": one.name, "how": word, "count": count, "order": place}
        for one in figures.periods
        if one.published
        for place, (word, count) in enumerate(
            zip(words, (one.on_time.count, one.on_time.of - one.on_time.count), strict=True)
        )
    ]
    body = {
        "mark": {"type": "bar", "width": COLUMN},
        "encoding": {
            "x": {"field": "quarter", "type": "nominal", "title": None, "scale": {"paddingInner": 0.35}},
            "y": {"field": "count", "type": "quantitative", "axis": count_axis(_said("results", lang))},
            "color": {"field": "how", "scale": {"domain": words, "range": [MAIN, SECOND]}},
            "order": {"field": "order"},
        },
    }
    return rows, 180, body


def _changes(figures: Statistics, lang: str) -> Made:
    usual, named = float(USUAL), float(USUAL_DESIGNATED)
    told = figures.draws
    kinds = (
        ("voided", told.voided, usual),
        ("recused", told.recused, usual),
        ("replaced_inspectors", told.replaced_inspectors, usual),
        ("replaced_objects", told.replaced_objects, usual),
        ("designated", told.designated, named),
    )
    rows = [{"row": _said(name, lang), "usual": limit, **_shown(one, digits=1)} for name, one, limit in kinds if one.of]
    body = _rows_of_shares(rows, lang)
    limit = {
        "mark": {"type": "tick", "color": SECOND, "thickness": 2, "bandSize": 20},
        "encoding": {"x": {"field": "usual", "type": "quantitative"}},
    }
    return rows, 30 * len(rows), {**body, "layer": [*body["layer"], limit]}


def _burden(figures: Statistics, lang: str) -> Made:
    found: dict[str, int] = {}
    for one in figures.visits.per_object:
        name = str(one.visits) if one.visits < MANY else f"≥ {MANY}"
        found[name] = found.get(name, 0) + one.objects
    rows = [{"visits": name, "objects": count, "label": f"{count:,}"} for name, count in found.items()]
    body = {
        "encoding": {
            "x": {
                "field": "visits",
                "type": "ordinal",
                "sort": None,
                "title": _said("visits_to_one", lang),
                "scale": {"paddingInner": 0.35},
            },
            "y": {"field": "objects", "type": "quantitative", "axis": count_axis(_said("objects", lang))},
        },
        "layer": [{"mark": {"type": "bar", "width": COLUMN}}, labelled("center", {"baseline": "bottom", "dy": -4})],
    }
    return rows, 180, body


def _rows_of_shares(rows: Sequence[Mapping[str, Any]], lang: str, *, full: bool = False) -> dict[str, Any]:
    """Lying bars, their share and what it is of in a column at the right; `full`: on a pale bar of the whole."""
    order = {"field": "row", "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 130}}
    most = 1.0 if full else max((max(row["share"], row.get("usual", 0.0)) for row in rows), default=0.0) or 1.0
    share = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, most / BARS], "nice": False},
        "axis": {**share_axis(_said("share", lang)), "values": ticks(most), "titleAnchor": "start"},
    }
    whole = {"mark": {"type": "bar", "color": PALE, "height": 14}, "encoding": {"x": {"datum": 1}}}
    bars = {"mark": {"type": "bar", "height": 14}, "encoding": {"x": share}}
    words = labelled("right", {}) | {"encoding": {"x": {"value": "width"}, "text": {"field": "label"}}}
    return {"encoding": {"y": order}, "layer": [*([whole] if full else []), bars, words]}


def ticks(most: float) -> list[float]:
    """Marks of an axis up to `most` (above 0), round and few."""
    step = next((one for one in STEPS if most / one <= MOST_TICKS), STEPS[-1])
    return [round(step * place, 4) for place in range(int(most / step + 1e-9) + 1)]


def _columns_of_shares(lang: str) -> dict[str, Any]:
    return {
        "encoding": {
            "x": {"field": "quarter", "type": "nominal", "title": None, "scale": {"paddingInner": 0.35}},
            "y": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "axis": share_axis(_said("share", lang)),
            },
        },
        "layer": [{"mark": {"type": "bar", "width": COLUMN}}, labelled("center", {"baseline": "bottom", "dy": -4})],
    }


def _fullest(ones: Sequence[Named]) -> list[Named]:
    """The rows with most objects, in their own order."""
    kept = {one.key for one in sorted(ones, key=lambda one: (-one.rate.of, one.key))[:ROWS]}
    return [one for one in ones if one.key in kept]


def _shown(one: Rate, digits: int = 0) -> dict[str, Any]:
    share = one.share or 0.0
    return {"share": share, "label": f"{share:.{digits}%}  ·  {one.count:,} / {one.of:,}"}


def _said(key: str, lang: str, **facts: int | str) -> str:
    return text(f"oversight.plot_{key}", lang, **facts)


_MADE: Final[Mapping[Plot, Callable[[Statistics, str], Made]]] = MappingProxyType(
    {
        Plot.CHANCE: _chance,
        Plot.COVERAGE: _coverage,
        Plot.ITEMS: _items,
        Plot.COMPLETION: _completion,
        Plot.JOINT: _joint,
        Plot.PUBLICATION: _publication,
        Plot.CHANGES: _changes,
        Plot.BURDEN: _burden,
    }
)
