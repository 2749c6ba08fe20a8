"""The strokes of a drawn signature, in compact form.

1 to 40 strokes, 8 to 20,000 points, inside the canvas with 10 % tolerance, time never running backwards, and
enough ink that a dot is not a signature.
"""

from __future__ import annotations

import itertools
import math
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from mobile_contract.base import Wire

_MOST_TENTHS: Final = 110_000
"""A tenth beyond the widest canvas."""
_Tenths = Annotated[int, Field(ge=-_MOST_TENTHS, le=_MOST_TENTHS)]
_DAY_MS: Final = 86_400_000
Point = tuple[_Tenths, _Tenths, Annotated[int, Field(ge=0, le=_DAY_MS)], Annotated[int, Field(ge=0, le=255)]]
"""(x·10, y·10, ms since the previous point of the stroke, pressure 0–255); x and y in CSS pixels."""

MIN_POINTS: Final = 8
MAX_POINTS: Final = 20_000
MIN_INK: Final = 300.0
"""Total length of the strokes in tenths of a pixel."""
Stroke = Annotated[tuple[Point, ...], Field(max_length=MAX_POINTS)]


class Ink(Wire):
    """A signature as it was drawn."""

    width: Annotated[int, Field(ge=50, le=10_000)]
    """Canvas, CSS pixels."""
    height: Annotated[int, Field(ge=20, le=10_000)]
    """Canvas, CSS pixels."""
    dpr_percent: Annotated[int, Field(ge=50, le=1_000)] = 100
    """Device pixel ratio in percent."""
    pointer: Literal["pen", "touch", "mouse"]
    """What drew."""
    pressure: bool
    """Whether the pointer reported pressure."""
    strokes: Annotated[tuple[Stroke, ...], Field(min_length=1, max_length=40)]
    """From pen down to pen up each, in the order they were drawn."""

    @model_validator(mode="after")
    def _is_a_signature(self) -> Self:
        points = [point for stroke in self.strokes for point in stroke]
        if not MIN_POINTS <= len(points) <= MAX_POINTS:
            raise ValueError(f"between {MIN_POINTS} and {MAX_POINTS} points")
        if not all(self._inside(x, y) for x, y, _, _ in points):
            raise ValueError("a point lies outside the canvas")
        if sum(_length(stroke) for stroke in self.strokes) < MIN_INK:
            raise ValueError("too little ink")
        return self

    def _inside(self, x: int, y: int) -> bool:
        # ±10 % of the canvas, in tenths of a pixel: a finger may leave the box a little.
        return -self.width <= x <= 11 * self.width and -self.height <= y <= 11 * self.height


def _length(stroke: tuple[Point, ...]) -> float:
    return sum(math.hypot(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(stroke))
