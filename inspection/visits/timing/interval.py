"""When an entry was made: what is proven, what the clocks add, and what is odd about them (sync.md §2.9). Pure.

*Not before*: the newest server time that the entry or a predecessor in its log contains. *Not after*: the first
receipt of it or of a successor. Only `prev` makes a predecessor: an entry that merely has a smaller number proves
nothing. The clocks fill the interval in and decide nothing; nothing here reaches the fold.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

TOLERANCE: Final = timedelta(minutes=2)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Point:
    """One entry of a device log as far as time is concerned.

    `wall`, `mono`: milliseconds, as the tablet said. `proven`: the newest server time that its own header proves the
    tablet to have known, None without one. `received_at`: when the server took it.
    """

    hash: str
    dev: UUID
    ep: int
    seq: int
    prev: str | None
    wall: int
    mono: int
    boot: str
    proven: datetime | None
    received_at: datetime


class ClockFlag(StrEnum):
    """What is odd about the tablet's clocks. Never a reason to refuse or to count anything differently."""

    WALL_OFF = "wall-off"
    """The wall clock tells an instant more than two minutes outside of what is proven."""
    WALL_BACK = "wall-back"
    """The wall clock tells an earlier instant than in the predecessor."""
    MONO_BACK = "mono-back"
    """The monotonic clock went back without a new boot."""
    BOOTED = "booted"
    """The tablet was started again since the predecessor: its monotonic clock began anew."""
    UNCHAINED = "unchained"
    """The predecessor is not here: nothing before it in its log proves anything for it."""


class EstimateBy(StrEnum):
    """What an estimate goes by."""

    ANCHOR = "anchor"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Timing:
    """When an entry was made. `since`, `until`: the entries whose anchor and whose receipt prove the two ends."""

    not_before: datetime | None
    since: str | None
    not_after: datetime
    until: str
    estimate: datetime | None
    by: EstimateBy | None
    flags: tuple[ClockFlag, ...]


def timings(points: Iterable[Point]) -> dict[str, Timing]:
    """The timing of every entry, by hash. Gaps, forks and impossible clocks are all answered."""
    known = {point.hash: point for point in points}
    order = list(_parents_first(known))
    before = _not_before(known, order)
    after = _not_after(known, order)
    low = _anchored(known, order)
    high = _receipted(known, order)
    told: dict[str, Timing] = {}
    for hash_ in order:
        point = known[hash_]
        since, until = before.get(hash_), after[hash_]
        floor, ceiling = (known[since].proven if since else None), known[until].received_at
        estimate, by = _estimate(low.get(hash_), high.get(hash_), floor, ceiling)
        flags = tuple(sorted(_flags(point, _parent(known, point), floor, ceiling)))
        told[hash_] = Timing(floor, since, ceiling, until, estimate, by, flags)
    return told


def _parent(known: Mapping[str, Point], point: Point) -> Point | None:
    """The predecessor that the header names, if it is here and of the same log."""
    parent = known.get(point.prev) if point.prev is not None else None
    if parent is None or (parent.dev, parent.ep, parent.seq) != (point.dev, point.ep, point.seq - 1):
        return None
    return parent


def _parents_first(known: Mapping[str, Point]) -> Iterator[str]:
    # A parent's number is one smaller: sorted by number, every parent stands before its children.
    return iter(sorted(known, key=lambda hash_: (known[hash_].seq, hash_)))


def _not_before(known: Mapping[str, Point], order: Sequence[str]) -> dict[str, str]:
    """For every entry that has one: the entry among it and its predecessors with the newest proven server time."""
    best: dict[str, str] = {}
    for hash_ in order:
        point = known[hash_]
        parent = _parent(known, point)
        inherited = best.get(parent.hash) if parent else None
        own = point.proven
        if own is not None and (inherited is None or _proven(known[inherited]) < own):
            best[hash_] = hash_
        elif inherited is not None:
            best[hash_] = inherited
    return best


def _not_after(known: Mapping[str, Point], order: Sequence[str]) -> dict[str, str]:
    """For every entry: the one among it and its successors that was received first."""
    best = {hash_: hash_ for hash_ in order}
    for hash_ in reversed(order):
        parent = _parent(known, known[hash_])
        if parent is not None and known[best[hash_]].received_at < known[best[parent.hash]].received_at:
            best[parent.hash] = best[hash_]
    return best


def _anchored(known: Mapping[str, Point], order: Sequence[str]) -> dict[str, datetime]:
    """Server time + Δmono: the anchor came before the first entry that names it, so this is early rather than late.

    Goes on from predecessor to successor while boot and the monotonic clock are unbroken.
    """
    found: dict[str, datetime] = {}
    for hash_ in order:
        point = known[hash_]
        parent = _parent(known, point)
        carried = None
        if parent is not None and parent.hash in found and _runs_on(parent, point):
            carried = _later(found[parent.hash], point.mono - parent.mono)
        # An anchor that the predecessor names already says nothing of how long ago it came, after a new boot.
        fresh = point.proven if parent is None or parent.proven != point.proven else None
        candidates = [instant for instant in (carried, fresh) if instant is not None]
        if candidates:
            found[hash_] = max(candidates)
    return found


def _receipted(known: Mapping[str, Point], order: Sequence[str]) -> dict[str, datetime]:
    """Receipt − Δmono, from successor to predecessor: late rather than early."""
    found: dict[str, datetime] = {}
    waiting: dict[str, list[datetime]] = defaultdict(list)
    for hash_ in reversed(order):
        point = known[hash_]
        found[hash_] = min([point.received_at, *waiting[hash_]])
        parent = _parent(known, point)
        if parent is not None and _runs_on(parent, point):
            earlier = _later(found[hash_], parent.mono - point.mono)
            if earlier is not None:
                waiting[parent.hash].append(earlier)
    return found


def _runs_on(parent: Point, point: Point) -> bool:
    return parent.boot == point.boot and parent.mono <= point.mono


def _later(instant: datetime, ms: int) -> datetime | None:
    """An instant some milliseconds later or earlier; None where no calendar reaches."""
    try:
        return instant + ms * _MS
    except OverflowError:
        return None


def _estimate(
    low: datetime | None, high: datetime | None, floor: datetime | None, ceiling: datetime
) -> tuple[datetime | None, EstimateBy | None]:
    """The anchor's estimate where it fits what is proven; the receipt's where there is no anchor."""
    if low is not None and low <= ceiling and (floor is None or low >= floor):
        return low, EstimateBy.ANCHOR
    if high is not None and high < ceiling and (floor is None or high >= floor):
        return high, EstimateBy.RECEIPT
    return None, None


def _flags(point: Point, parent: Point | None, floor: datetime | None, ceiling: datetime) -> Iterator[ClockFlag]:
    # In milliseconds: a wall clock may tell a year that no calendar has.
    slack = TOLERANCE // _MS
    if point.wall > _ms(ceiling) + slack or (floor is not None and point.wall < _ms(floor) - slack):
        yield ClockFlag.WALL_OFF
    if parent is None:
        if point.seq > 1:
            yield ClockFlag.UNCHAINED
        return
    if point.wall < parent.wall:
        yield ClockFlag.WALL_BACK
    if point.boot != parent.boot:
        yield ClockFlag.BOOTED
    elif point.mono < parent.mono:
        yield ClockFlag.MONO_BACK


def _ms(instant: datetime) -> int:
    return (instant - _EPOCH) // _MS


def _proven(point: Point) -> datetime:
    if point.proven is None:
        raise AssertionError("only entries with a proof are kept as one")
    return point.proven
