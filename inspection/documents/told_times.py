"""What a tablet's clock said, held against what the log proves of it (sync.md §2.9). Pure.

A form must not print as a fact what is proven wrong: it prints what was claimed, and beside it what is proven.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from inspection.documents.views import Told
from inspection.visits.timing.interval import Timing

Times: TypeAlias = Mapping[str, Timing]
"""By hash of the entry, what is proven of when it was made."""

TOLERANCE = timedelta(minutes=1)
"""Forms tell minutes: a clock that is off by less is right enough."""

_LONG_AGO, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def told_time(wall: int, timing: Timing | None) -> Told:
    """What the tablet claimed (milliseconds since 1970), with the proven interval where it lies outside of that."""
    claimed = at_wall(wall)
    if timing is None:
        return Told(claimed)
    floor = timing.not_before or _LONG_AGO
    if claimed <= timing.not_after + TOLERANCE and (timing.not_before is None or claimed >= floor - TOLERANCE):
        return Told(claimed)
    return Told(claimed, timing.not_before, timing.not_after)


def nearest(told: Told) -> datetime:
    """The instant that fits what is proven and lies nearest to what was claimed."""
    if told.not_after is None:
        return told.claimed
    return max(min(told.claimed, told.not_after), told.not_before or _LONG_AGO)


def first_of(told: Iterable[Told]) -> Told | None:
    """The earliest, by what is proven."""
    return _chosen(told, min)


def last_of(told: Iterable[Told]) -> Told | None:
    """The latest, by what is proven."""
    return _chosen(told, max)


def _chosen(told: Iterable[Told], choose: Callable[..., Told | None]) -> Told | None:
    return choose(told, key=nearest, default=None)


def at_wall(wall: int) -> datetime:
    """The instant of a wall clock; the first or last there is for what no calendar has."""
    try:
        return datetime.fromtimestamp(wall / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return _NEVER if wall > 0 else _LONG_AGO
