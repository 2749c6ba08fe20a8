"""What all plots look like: one hand, few colours, readable on a phone (390 px) and on paper. Pure."""

from typing import Any, Final

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH: Final = 366  # of a phone's page, without its margins
FONT: Final = "Noto Sans SC"

INK: Final = "#24313a"
QUIET: Final = "#66727a"
GRID: Final = "#e7ebed"
MAIN: Final = "#2f6f7e"  # what was counted
PALE: Final = "#c9dbe0"  # what it is counted of
SECOND: Final = "#c98a2b"  # what was expected, or a limit
ALARM: Final = "#b23b3b"  # conspicuous

CONFIG: Final[dict[str, Any]] = {
    "font": f"{FONT}, PingFang SC, Microsoft YaHei, sans-serif",
    "background": "#ffffff",
    "padding": 12,
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "fontSize": 15,
        "fontWeight": "normal",
        "color": INK,
        "subtitleFontSize": 11,
        "subtitleColor": QUIET,
        "subtitlePadding": 5,
        "offset": 14,
        "subtitleLineHeight": 15,
    },
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": GRID,
        "labelColor": QUIET,
        "labelFontSize": 11,
        "labelPadding": 6,
        "titleColor": QUIET,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
    "axisX": {"labelAngle": 0},
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "title": None,
        "labelColor": QUIET,
        "labelFontSize": 11,
        "symbolSize": 70,
        "offset": 8,
        "padding": 0,
        "columnPadding": 14,
    },
    "text": {"color": INK, "fontSize": 11},
    "bar": {"color": MAIN, "cornerRadiusEnd": 2},
    "range": {"category": [MAIN, SECOND, PALE, QUIET]},
}


def framed(title: str, subtitle: list[str], description: str, body: dict[str, Any], height: int) -> dict[str, Any]:
    """A whole specification of a plot; `description` is read to those who do not see it."""
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": subtitle},
        "description": description,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": CONFIG,
        **body,
    }


def count_axis(title: str) -> dict[str, Any]:
    """An axis of whole numbers."""
    return {"title": title, "tickMinStep": 1, "tickCount": 5, "format": ",d"}


def share_axis(title: str) -> dict[str, Any]:
    """An axis of shares."""
    return {"title": title, "format": ".0%", "tickCount": 5}


def labelled(align: str, where: dict[str, Any], field: str = "label") -> dict[str, Any]:
    """The figure itself beside its bar."""
    return {"mark": {"type": "text", "align": align, **where}, "encoding": {"text": {"field": field}}}
