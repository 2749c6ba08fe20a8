"""Spans of days and the quarters in them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

ONE_DAY = timedelta(days=1)
MOST_YEARS = 20
_LAST_DAY = date.max - timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Part:
    """A quarter (`2026Q1`), or as much of it as lies in the span."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Span:
    """Days `first` … `last`, both included."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        """The instant at which the span begins."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The instant at which it is over."""
        return midnight(self.last + ONE_DAY)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its quarters, in order."""
        found, day = [], self.first
        while day <= self.last:
            after = _next_quarter(day)
            found.append(Part(quarter_of(day), day, min(self.last, after - ONE_DAY)))
            day = after
        return tuple(found)

    @property
    def years(self) -> range:
        """The calendar years that it touches."""
        return range(self.first.year, self.last.year + 1)


def span(first: date | None, last: date | None, today: date) -> Span:
    """The span that is asked for; by itself the year of its end up to today.

    Raises:
        Invalid: `oversight.span_reversed`; `oversight.span_too_long`: more than `MOST_YEARS` years.
    """
    until = min(last or (today if first is None else max(today, first)), _LAST_DAY)
    since = first or date(until.year, 1, 1)
    if since > until:
        raise Invalid(ProblemCode.INVALID, "oversight.span_reversed", first=str(since), last=str(until))
    if until.year - since.year >= MOST_YEARS:
        raise Invalid(ProblemCode.INVALID, "oversight.span_too_long", years=MOST_YEARS)
    return Span(since, until)


def quarter_of(day: date) -> str:
    """The quarter of a day, as the monitoring of the draws names it."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Beijing."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def numbered(column: str, parts: Sequence[Part]) -> tuple[str, list[datetime]]:
    """SQL that says in which of the parts (from 0) an instant within the span lies, and the values in it."""
    ends = [midnight(part.last + ONE_DAY) for part in parts[:-1]]
    if not ends:
        return "0", []
    cases = " ".join(f"WHEN {column} < {{}} THEN {place}" for place in range(len(ends)))
    return f"CASE {cases} ELSE {len(ends)} END", ends


def _next_quarter(day: date) -> date:
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + 1, 1, 1) if month > len("JFMAMJJASOND") else date(day.year, month, 1)
