"""Durations counted in buckets that widen with the value, as HdrHistogram does: exact to 1.6 %, cheap to merge."""

from collections import Counter
from collections.abc import Iterable, Iterator

_BITS = 6
_HALF = 1 << _BITS


class Histogram:
    """Counts of durations, kept in microseconds; the largest and the smallest exactly."""

    def __init__(self, seconds: Iterable[float] = ()) -> None:
        self._counts: Counter[int] = Counter()
        self.least = float("inf")
        self.most = 0.0
        self.total = 0.0
        for one in seconds:
            self.record(one)

    def record(self, seconds: float) -> None:
        """Count one duration; a negative one counts as none."""
        seconds = max(0.0, seconds)
        self._counts[bucket(int(seconds * 1e6))] += 1
        self.least, self.most = min(self.least, seconds), max(self.most, seconds)
        self.total += seconds

    def merge(self, other: "Histogram") -> None:
        """Count what the other one counted."""
        self._counts.update(other._counts)  # noqa: SLF001  the same class
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)
        self.total += other.total

    @property
    def count(self) -> int:
        return self._counts.total()

    def at(self, part: float) -> float:
        """Milliseconds that this part of all durations does not exceed (by more than a bucket); nan of nothing."""
        if not self.count:
            return float("nan")
        wanted, seen = max(1, -(-self.count * part // 1)), 0
        for place in sorted(self._counts):
            seen += self._counts[place]
            if seen >= wanted:
                return min(edges(place)[1] / 1000, self.most * 1000)
        return self.most * 1000

    def buckets(self) -> Iterator[tuple[float, float, int]]:
        """Lower edge, upper edge (milliseconds) and count of every bucket that is not empty."""
        for place in sorted(self._counts):
            low, high = edges(place)
            yield low / 1000, high / 1000, self._counts[place]


def bucket(value: int) -> int:
    """The number of the bucket of a whole number ≥ 0: one each below 128, then 64 for each doubling."""
    shift = max(0, value.bit_length() - _BITS - 1)
    return (shift << _BITS) + (value >> shift)


def edges(place: int) -> tuple[int, int]:
    """The least number of a bucket, and the first one beyond it."""
    if place < 2 * _HALF:
        return place, place + 1
    shift = (place >> _BITS) - 1
    low = ((place & (_HALF - 1)) + _HALF) << shift
    return low, low + (1 << shift)
