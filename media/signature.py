"""Drawn signatures: strokes in, pictures out, made from checked numbers only; no client's SVG is ever taken.

Strokes are kept as `mobile_contract.ink.Ink`, whose limits are those of the wire. Stroke dynamics are biometric:
prints and pages get the picture, never the strokes.
"""

import io
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import ValidationError

from inspection.kernel.errors import Invalid
from mobile_contract.ink import Ink, Point
from mobile_contract.problems import ProblemCode

MAX_BYTES: Final = 256 * 1024
PEN: Final = 25
"""Width of a stroke in tenths of a CSS pixel at middle pressure."""

LONGEST_PX: Final = 1200
SUPERSAMPLING: Final = 3
INK_COLOUR: Final = "#1a1a2e"

Pointer = Literal["pen", "touch", "mouse"]


def read_ink(raw: bytes) -> Ink:
    """Strokes in the compact form of the wire.

    Raises:
        Invalid: larger than 256 KiB, not JSON, or not a signature: 1 to 40 strokes, 8 to 20,000 points, inside the
            canvas with 10 % tolerance, time never backwards, more ink than a dot.
    """
    if len(raw) > MAX_BYTES:
        raise _invalid("size")
    try:
        return Ink.model_validate_json(raw)
    except ValidationError as error:
        raise _invalid(_told(error)) from error


def read_signature_pad(raw: bytes, *, width: int, height: int, pointer: Pointer, dpr_percent: int = 100) -> Ink:
    """What `signature_pad`'s `toData()` gives, as JSON: a list of groups with `points: [{x, y, pressure, time}]`.

    `width` and `height` of the canvas in CSS pixels; `time` in milliseconds.

    Raises:
        Invalid: as `read_ink`; also for numbers that are not finite or a clock that runs backwards.
    """
    if len(raw) > MAX_BYTES:
        raise _invalid("size")
    try:
        groups = [[_point(told) for told in group["points"]] for group in json.loads(raw)]
        times = [time for group in groups for _, _, _, time in group]
        if any(later < earlier for earlier, later in itertools.pairwise(times)):
            raise _invalid("time")
        strokes = tuple(tuple(_compact(group)) for group in groups if group)
        return Ink(
            width=width,
            height=height,
            dpr_percent=dpr_percent,
            pointer=pointer,
            pressure=len({pressure for group in groups for _, _, pressure, _ in group}) > 1,
            strokes=strokes,
        )
    except ValidationError as error:
        raise _invalid(_told(error)) from error
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise _invalid("form") from error


def render_svg(ink: Ink) -> bytes:
    """The signature as a picture of its own size, vectors only, with the 10 % around the canvas that ink may reach."""
    margin_x, margin_y = ink.width, ink.height  # a tenth of the canvas, in tenths of a pixel
    paths = "".join(
        f'<path stroke-width="{width}" d="M{x} {y}{"".join(f"l{dx} {dy}" for dx, dy in steps)}"/>'
        for stroke in ink.strokes
        for width, (x, y), steps in _runs(stroke, ink.pressure)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{ink.width * 12 // 10}" height="{ink.height * 12 // 10}" '
        f'viewBox="{-margin_x} {-margin_y} {12 * ink.width} {12 * ink.height}" '
        f'fill="none" stroke="{INK_COLOUR}" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
    ).encode()


def render_png(ink: Ink) -> bytes:
    """The signature as a grey PNG on white, its longest side at most 1200 px. Takes some 10 ms: call it in a thread."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  4 MB, for who asks for a picture; pages show the vectors

    scale = min(1.0, LONGEST_PX / (1.2 * max(ink.width, ink.height)))
    size = max(1, round(1.2 * ink.width * scale)), max(1, round(1.2 * ink.height * scale))
    fine = scale * SUPERSAMPLING / 10
    canvas = Image.new("L", (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING), 255)
    draw = ImageDraw.Draw(canvas)
    for stroke in ink.strokes:
        spots = [((x + ink.width) * fine, (y + ink.height) * fine) for x, y, _, _ in stroke]
        widths = [max(1.0, _width(pressure, ink.pressure) * fine) for _, _, _, pressure in stroke]
        for (start, end), width in zip(itertools.pairwise(spots), widths[1:], strict=True):
            draw.line((start, end), fill=0, width=max(1, round(width)))
        for (x, y), width in zip(spots, widths, strict=True):
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=0)
    out = io.BytesIO()
    canvas.resize(size, Image.Resampling.LANCZOS).save(out, "PNG", optimize=False)
    return out.getvalue()


def _point(told: Mapping[str, Any]) -> tuple[float, float, float, float]:
    x, y, time = float(told["x"]), float(told["y"]), float(told["time"])
    pressure = float(told.get("pressure", 0.5))
    if not all(map(math.isfinite, (x, y, time, pressure))):
        raise ValueError("not finite")
    return x, y, min(1.0, max(0.0, pressure)), time


def _compact(group: Sequence[tuple[float, float, float, float]]) -> Iterator[Point]:
    earlier = round(group[0][3])
    for x, y, pressure, time in group:
        yield round(x * 10), round(y * 10), round(time) - earlier, round(pressure * 255)
        earlier = round(time)


def _width(pressure: int, varies: bool) -> int:
    return PEN if not varies else max(8, PEN * (64 + pressure) // 192)


def _runs(stroke: Sequence[Point], varies: bool) -> Iterator[tuple[int, tuple[int, int], list[tuple[int, int]]]]:
    """The stroke cut into pieces of one width: (width, start, steps); a step of nothing draws a dot."""
    if not stroke:
        return
    x, y, _, pressure = stroke[0]
    start, steps, width = (x, y), [(0, 0)], _width(pressure, varies)
    for next_x, next_y, _, next_pressure in stroke[1:]:
        next_width = _width(next_pressure, varies)
        if next_width != width:
            yield width, start, steps
            start, steps, width = (x, y), [], next_width
        steps.append((next_x - x, next_y - y))
        x, y = next_x, next_y
    yield width, start, steps


def _told(error: ValidationError) -> str:
    # Only what was wrong and where: the strokes themselves are personal data and stay out of logs and answers.
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _invalid(problem: str) -> Invalid:
    return Invalid(ProblemCode.INVALID, "media.ink", problem=problem)
