"""Plots of the figures: specifications with their data in them, and the same as text. Pure but for `emit`.

`python -m bench` draws them into `bench/plots/`; a program that is run by itself only prints them.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from bench.histogram import Histogram
from bench.open_loop import Run
from bench.watching import Watch
from inspection.oversight.plots.style import MAIN, QUIET, SECOND, framed

Points = Sequence[tuple[float, float]]
COLOURS = (MAIN, SECOND, "#7a5c99", "#5f8f4e", QUIET, "#b86f8b", "#3d5a80")
WIDTH = 560
MOST_POINTS = 240


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture to be: `plot` is its file's name, `spec` Vega-Lite, `text` what it shows in words and numbers."""

    plot: str
    title: str
    spec: Mapping[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines over time in one frame."""

    title: str
    lines: Mapping[str, Points]


def emit(one: Plot) -> None:
    """Print it as a line that `python -m bench` reads."""
    sys.stdout.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def latency_plot(name: str, title: str, run: Run, names: Mapping[str, str]) -> Plot:
    """How long requests took, one frame for each kind."""
    rows: list[dict[str, Any]] = []
    lines = []
    for kind, times in run.times.items():
        rows += _bars(names[kind], times)
        lines.append(_in_words(names[kind], times))
    frame = {
        "mark": {"type": "area", "interpolate": "step-after", "color": MAIN, "opacity": 0.85, "line": False},
        "encoding": {
            "x": {"field": "ms", "type": "quantitative", "scale": {"type": "log"}, "title": "milliseconds, log scale"},
            "y": {"field": "share", "type": "quantitative", "title": None, "axis": {"format": ".0%", "tickCount": 2}},
        },
        "width": WIDTH,
        "height": 70,
    }
    header = {"title": None, "labelAnchor": "start", "labelFontSize": 12, "labelOrient": "top", "labelPadding": 2}
    row = {"field": "kind", "type": "nominal", "header": header, "sort": [names[kind] for kind in run.times]}
    body = {
        "data": {"values": rows},
        "facet": {"row": row},
        "spec": frame,
        "resolve": {"scale": {"y": "independent"}},
        "spacing": 14,
    }
    note = "share of the requests of a kind, from the moment at which each was to begin"
    return Plot(name, title, _framed(title, note, body), "\n".join([title, note, *lines]) + "\n")


def _bars(kind: str, times: Histogram) -> list[dict[str, Any]]:
    """Shares in eighths of a doubling: as fine as an eye needs."""
    shares: dict[int, float] = {}
    for low, high, count in times.buckets():
        place = _eighth((low + high) / 2)
        shares[place] = shares.get(place, 0) + count / times.count
    first, last = min(shares), max(shares)
    return [
        {"kind": kind, "ms": round(2 ** (place / 8), 4), "share": round(shares.get(place, 0.0), 5)}
        for place in range(first - 1, last + 2)
    ]


def _eighth(ms: float) -> int:
    place = 0
    while 2 ** ((place + 1) / 8) <= ms:
        place += 1
    while 2 ** (place / 8) > max(ms, 1e-3):
        place -= 1
    return place


def _in_words(kind: str, times: Histogram) -> str:
    told = ", ".join(f"{word} {times.at(part):.1f} ms" for part, word in ((0.5, "p50"), (0.9, "p90"), (0.99, "p99")))
    return f"{kind}: {times.count} requests, {told}, longest {times.most * 1000:.1f} ms"


def time_plot(name: str, title: str, run: Run, watch: Watch, batch: int) -> Plot:
    """Entries a second, memory and processor of each process, over the time of a run."""
    pushed = run.ended.get("push", {})
    entries = [(float(second), pushed.get(second, 0) * batch) for second in range(int(run.seconds))]
    memory = watch.over_time(run.begin)
    return course(
        name,
        title,
        [
            Panel("entries a second", {"entries": entries}),
            Panel("memory (RSS), MB", {who: points for who, points in memory.items() if who != "clients"}),
            Panel("processor, cores", processor(watch, run.begin)),
        ],
    )


def processor(watch: Watch, begin: float) -> dict[str, Points]:
    """By process: (second, cores that it used since the look before)."""
    return {
        name: [
            (now.at - begin, (now.cpu - before.cpu) / (now.at - before.at))
            for before, now in pairwise(uses)
            if now.at - before.at > 0.1
        ]
        for name, uses in watch.seen.items()
    }


def course(name: str, title: str, panels: Sequence[Panel], unit: str = "seconds") -> Plot:
    """Panels one below the other over one time."""
    frames, lines = [], [title]
    for panel in panels:
        rows = [
            {"t": round(at, 3), "v": round(value, 4), "what": what}
            for what, points in panel.lines.items()
            for at, value in thinned(points)
        ]
        frames.append(_lines(panel, rows, unit))
        lines.append(f"{panel.title}:")
        lines += [f"  {what}: {_course_in_words(points)}" for what, points in panel.lines.items() if points]
    body = {"vconcat": frames, "spacing": 18, "resolve": {"scale": {"color": "independent"}}}
    return Plot(name, title, _framed(title, "", body), "\n".join(lines) + "\n")


def _lines(panel: Panel, rows: list[dict[str, Any]], unit: str) -> dict[str, Any]:
    colour: dict[str, Any] = {"value": MAIN}
    if len(panel.lines) > 1:
        names = list(panel.lines)
        colour = {"field": "what", "type": "nominal", "scale": {"domain": names, "range": COLOURS[: len(names)]}}
    return {
        "title": {"text": panel.title, "fontSize": 12},
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 1.6},
        "encoding": {
            "x": {"field": "t", "type": "quantitative", "title": unit, "axis": {"tickCount": 6}},
            "y": {"field": "v", "type": "quantitative", "title": None, "axis": {"tickCount": 4}},
            "color": colour,
        },
        "width": WIDTH,
        "height": 110,
    }


def thinned(points: Points) -> Points:
    """So few of them, evenly, that a picture holds them; the last one is always there."""
    if len(points) <= MOST_POINTS:
        return points
    last = len(points) - 1
    return [points[round(place * last / (MOST_POINTS - 1))] for place in range(MOST_POINTS)]


def _course_in_words(points: Points) -> str:
    values = [value for _, value in points]
    mean = sum(values) / len(values)
    told = {"first": values[0], "least": min(values), "mean": mean, "most": max(values), "last": values[-1]}
    return ", ".join(f"{word} {value:.4g}" for word, value in told.items())


def _framed(title: str, note: str, body: Mapping[str, Any]) -> dict[str, Any]:
    whole = framed(title, [note] if note else [], title, dict(body), 0)
    for single in ("width", "height", "autosize"):  # of a plot with one frame
        del whole[single]
    return whole
