"""What a plot says in words: whoever does not see it must find the same figures."""

import json

import pytest

from bench.__main__ import draw, merged, render_plots
from bench.histogram import Histogram
from bench.load_plots import MOST_POINTS, Panel, course, latency_plot, thinned
from bench.open_loop import Run


def run() -> Run:
    return Run(10, times={"push": Histogram([0.01, 0.02, 0.4]), "pull": Histogram([0.003])})


def test_shares_of_a_kind_are_all_of_it() -> None:
    made = latency_plot("times", "title", run(), {"push": "push", "pull": "pull"})
    rows = made.spec["data"]["values"]
    for kind in ("push", "pull"):
        assert sum(row["share"] for row in rows if row["kind"] == kind) == pytest.approx(1, abs=1e-3)
    assert "push: 3 requests, p50 20." in made.text
    assert "longest 400.0 ms" in made.text


def test_a_line_keeps_its_ends_when_it_is_thinned() -> None:
    points = [(float(at), float(at)) for at in range(3_600)]
    few = thinned(points)
    assert (len(few), few[0], few[-1]) == (MOST_POINTS, points[0], points[-1])
    assert thinned(points[:5]) == points[:5]


def test_plots_are_drawn_with_their_words_beside_them(tmp_path) -> None:
    told = course("memory", "memory of two", [Panel("MB", {"web": [(0, 1), (1, 3)], "worker": [(0, 2), (1, 2)]})])
    line = {"plot": told.plot, "title": told.title, "spec": told.spec, "text": told.text}
    kept = draw([{**json.loads(json.dumps(line)), "program": "soak", "date": "2026-03-02"}], tmp_path)
    assert (tmp_path / "memory.svg").read_text().startswith("<svg")
    assert "web: first 1, least 1, mean 2, most 3, last 3" in (tmp_path / "memory.txt").read_text()
    page = render_plots(merged([], {"soak": kept}))
    assert "](plots/memory.svg)" in page
    assert "[in words](plots/memory.txt)" in page
    assert render_plots([]) == ""
