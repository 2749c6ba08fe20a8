"""A straight line through what was seen over time. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trend:
    """Slope of the line, and its standard error, both in units a second."""

    slope: float
    error: float


def trend(points: Sequence[tuple[float, float]]) -> Trend:
    """Least squares over (second, value).

    The error assumes that what scatters about the line does so independently; memory does not quite, so it is a lower
    bound.

    Raises:
        ValueError: fewer than three points, or all of one moment.
    """
    count = len(points)
    if count < 3 or points[0][0] == points[-1][0]:
        raise ValueError("a line needs three points of different moments")
    mid_x, mid_y = (sum(point[axis] for point in points) / count for axis in (0, 1))
    width = sum((x - mid_x) ** 2 for x, _ in points)
    slope = sum((x - mid_x) * (y - mid_y) for x, y in points) / width
    rest = sum((y - mid_y - slope * (x - mid_x)) ** 2 for x, y in points)
    return Trend(slope, math.sqrt(rest / (count - 2) / width))


def second_half(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Those of the later half of the time."""
    middle = (points[0][0] + points[-1][0]) / 2
    return [point for point in points if point[0] >= middle]
