"""Strokes in, pictures out."""

import io
import json
import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inspection.kernel.errors import Invalid
from media.signature import MAX_BYTES, read_ink, read_signature_pad, render_png, render_svg
from mobile_contract.ink import Ink

SVG = "{http://www.w3.org/2000/svg}"


def pad(points: int = 40, groups: int = 2, **change) -> bytes:
    """What signature_pad gives for waves across a canvas of 600 × 200."""
    told = []
    time = 1_772_413_200_000
    for group in range(groups):
        line = []
        for number in range(points):
            time += 8
            x = 20 + group * 280 + number * 250 / points
            line.append({"x": x, "y": 100 + 60 * math.sin(number / 5), "pressure": 0.3 + number / 100, "time": time})
        told.append({"penColor": "black", "dotSize": 0, "minWidth": 0.5, "maxWidth": 2.5, "points": line})
    if change:
        told[0]["points"][3] |= change
    return json.dumps(told).encode()


def ink(raw: bytes | None = None) -> Ink:
    return read_signature_pad(pad() if raw is None else raw, width=600, height=200, pointer="pen")


def dark(image: Image.Image) -> int:
    return sum(image.convert("L").histogram()[:128])


def test_a_signature_pad_drawing_becomes_compact_ink() -> None:
    read = ink()
    assert [len(stroke) for stroke in read.strokes] == [40, 40]
    assert read.strokes[0][0][:3] == (200, 1000, 0)
    assert read.strokes[0][1][2] == 8
    assert read.pressure
    assert read_ink(read.model_dump_json().encode()) == read


def test_a_pen_without_pressure_is_noticed() -> None:
    groups = json.loads(pad())
    for group in groups:
        for point in group["points"]:
            point["pressure"] = 0.5
    assert not ink(json.dumps(groups).encode()).pressure


@pytest.mark.parametrize(
    "change",
    [
        {"x": 1e9},
        {"y": -50},
        {"x": float("nan")},
        {"y": float("inf")},
        {"time": 0},
        {"time": 1e300},
        {"x": "ten"},
        {"x": None},
        {"pressure": []},
        {"time": float("-inf")},
    ],
)
def test_impossible_points_are_refused(change: dict) -> None:
    with pytest.raises(Invalid):
        ink(pad(**change))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"[1]",
        b'[{"points": 5}]',
        b'[{"points": [{"x": 1}]}]',
        b"\xff\xfe",
        b"[" * 100_000,
        pad(points=3, groups=2),
        pad(points=10, groups=41),
        b'[{"points": [' + b",".join([b'{"x": 5, "y": 5, "time": 1}'] * 20) + b"]}]",
        pad(points=2000, groups=12),
    ],
)
def test_what_is_no_signature_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        ink(raw)


def test_the_refusal_never_repeats_the_strokes() -> None:
    with pytest.raises(Invalid) as caught:
        ink(pad(x=5999.5))
    assert "5999" not in str(caught.value)


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    for read in (read_ink, ink):
        with pytest.raises(Invalid):
            read(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"width": 600}', b"[" * 50_000])
def test_compact_ink_is_checked_too(raw: bytes) -> None:
    with pytest.raises(Invalid):
        read_ink(raw)


def test_the_svg_draws_every_stroke_and_nothing_else() -> None:
    root = ET.fromstring(render_svg(ink()))  # noqa: S314  our own text
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "-600 -200 7200 2400"
    assert {element.tag for element in root} == {f"{SVG}path"}
    starts = [element.get("d") for element in root]
    assert starts[0].startswith("M200 1000")
    assert all(set(element.keys()) == {"stroke-width", "d"} for element in root)


def test_the_steps_of_the_svg_lead_through_every_point() -> None:
    drawn = ink()
    seen = set()
    for element in ET.fromstring(render_svg(drawn)):  # noqa: S314
        start, *steps = element.get("d").removeprefix("M").split("l")
        x, y = map(int, start.split())
        for step in steps:
            dx, dy = map(int, step.split())
            x, y = x + dx, y + dy
            seen.add((x, y))
    assert {(x, y) for stroke in drawn.strokes for x, y, _, _ in stroke} <= seen | {
        (stroke[0][0], stroke[0][1]) for stroke in drawn.strokes
    }


def test_the_png_shows_the_ink_where_it_was_drawn() -> None:
    image = Image.open(io.BytesIO(render_png(ink())))
    assert (image.format, image.mode, image.size) == ("PNG", "L", (720, 240))
    assert dark(image) > 500
    # The margin around the canvas stays white.
    assert dark(image.crop((0, 0, 60, 240))) == 0
    assert dict(image.info) == {}


def test_equal_ink_gives_equal_pictures() -> None:
    assert render_png(ink()) == render_png(ink())
    assert render_svg(ink()) == render_svg(ink())


def test_a_huge_canvas_gives_a_small_picture() -> None:
    groups = json.loads(pad())
    drawn = read_signature_pad(json.dumps(groups).encode(), width=10_000, height=10_000, pointer="touch")
    assert max(Image.open(io.BytesIO(render_png(drawn))).size) <= 1200


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_valid_ink_can_be_drawn(data) -> None:
    width, height = data.draw(st.integers(50, 10_000)), data.draw(st.integers(20, 10_000))
    point = st.tuples(
        st.integers(-width, 11 * width), st.integers(-height, 11 * height), st.integers(0, 10**6), st.integers(0, 255)
    )
    strokes = data.draw(st.lists(st.lists(point, min_size=1, max_size=20), min_size=1, max_size=8))
    long = [(-width, -height, 0, 0), (11 * width, 11 * height, 5, 9)] * 4
    drawn = Ink(
        width=width,
        height=height,
        pointer="touch",
        pressure=data.draw(st.booleans()),
        strokes=tuple(tuple(stroke) for stroke in [*strokes, long]),
    )
    image = Image.open(io.BytesIO(render_png(drawn)))
    assert image.getextrema()[0] < 255
    ET.fromstring(render_svg(drawn))  # noqa: S314
