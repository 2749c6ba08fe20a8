"""What is painted over in a public copy: rectangles in pixels of the upright original. Pure (media.md §8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from inspection.kernel.canonical import JSON

MAX_BOXES: Final = 200
FARTHEST: Final = 1_000_000
"""No coordinate and no side is larger, in pixels: far beyond any picture that is read."""


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle: its upper left corner and its size in pixels, counted in the picture as it is seen upright."""

    x: int
    y: int
    width: int
    height: int

    def facts(self) -> list[JSON]:
        """The four numbers, for the row, the journal and the worker."""
        return [self.x, self.y, self.width, self.height]

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom; the last two are the last pixels inside."""
        return self.x, self.y, self.x + self.width - 1, self.y + self.height - 1


def box_of(told: Sequence[int]) -> Box:
    """The box of four numbers.

    Raises:
        ValueError: not four whole numbers, without a size, or out of every picture.
    """
    if len(told) != len(Box.__slots__) or not all(type(value) is int for value in told):
        raise ValueError("a box is four whole numbers")
    box = Box(*told)
    if min(box.width, box.height) < 1 or any(abs(value) > FARTHEST for value in told):
        raise ValueError("a box has a size and lies near the picture")
    return box


def clipped(boxes: Iterable[Box], width: int, height: int) -> tuple[Box, ...]:
    """What of the boxes lies in a picture of this size: sorted, each once, none empty."""
    kept = set()
    for box in boxes:
        left, top = max(0, box.x), max(0, box.y)
        right, bottom = min(width, box.x + box.width), min(height, box.y + box.height)
        if left < right and top < bottom:
            kept.add(Box(left, top, right - left, bottom - top))
    return tuple(sorted(kept))


def as_stored(box: Box, width: int, height: int, orientation: int) -> Box:
    """The same box in the picture as it is stored, of this stored size, whose EXIF orientation is this (1 to 8).

    Turning a small copy upright costs less than turning the original, so boxes are painted before it.
    """
    x, y, w, h = box.x, box.y, box.width, box.height
    if orientation in {5, 6, 7, 8}:  # stored on its side: x and y are exchanged
        x, y, w, h = y, x, h, w
    if orientation in {2, 3, 7, 8}:
        x = width - x - w
    if orientation in {3, 4, 6, 7}:
        y = height - y - h
    return Box(x, y, w, h)
