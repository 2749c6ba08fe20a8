"""How far a draw that runs in this process has come: rows looked at. Another process of the same service knows nothing
of it and shows only that the draw is not over.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

_LOOKED: Final[dict[UUID, int]] = {}


@contextmanager
def running(draw_id: UUID) -> Iterator[None]:
    """While a draw runs here."""
    _LOOKED[draw_id] = 0
    try:
        yield
    finally:
        _LOOKED.pop(draw_id, None)


def looked_at(draw_id: UUID) -> Callable[[int], None]:
    """What the running draw tells the rows that it has looked at to."""

    def note(rows: int) -> None:
        if draw_id in _LOOKED:
            _LOOKED[draw_id] = rows

    return note


def rows_looked_at(draw_id: UUID) -> int | None:
    """How many rows of the frame were looked at so far; None when it does not run here."""
    return _LOOKED.get(draw_id)
