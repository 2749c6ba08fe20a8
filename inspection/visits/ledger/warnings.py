"""Too many visits at one door: more than so many a day, a week, a month, whoever sent them (`rules.warnings`). Pure."""

import calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from inspection.policy.clauses.measure import WarningRule
from inspection.visits.rules import Window


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"  # Monday to Sunday
    MONTH = "month"  # of the calendar


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A period in which one door has more visits than the rule-set lets pass without a word."""

    period: Period
    first: date
    visits: int
    limit: int


def exceeded(visits: Iterable[Window], rule: WarningRule) -> list[Exceeded]:
    """The periods with too many visits, the shortest first, by day.

    A visit carried out is the window of its one day. One to come counts in a period when its whole window lies in it:
    only then is it certain to take place there, and a warning that may turn out wrong is soon ignored.
    """
    held = list(visits)
    limits = {Period.DAY: rule.per_day, Period.WEEK: rule.per_week, Period.MONTH: rule.per_month}
    found: list[Exceeded] = []
    for period, limit in limits.items():
        starts = Counter(first for window in held if (first := _start_of(period, window)) is not None)
        found += [Exceeded(period, first, count, limit) for first, count in sorted(starts.items()) if count > limit]
    return found


def period_window(period: Period, day: date) -> Window:
    """The period that holds the day: its first and last day."""
    if period is Period.DAY:
        return day, day
    if period is Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _start_of(period: Period, window: Window) -> date | None:
    """The first day of the period that holds the whole window; None when no single one does."""
    first, last = period_window(period, window[0])
    return first if window[1] <= last else None
