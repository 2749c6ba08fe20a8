"""The cap ledger (威海 第六条, 泉州 二(三)3, 金凤 第十三条): which visits count for an object, and why. Pure."""

import calendar
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from inspection.policy.clauses.measure import VisitCapRule
from inspection.policy.model import RuleSet
from inspection.policy.terms import CapCounts, CapPeriod, TaskKind
from inspection.visits.rows import Burden
from inspection.visits.rules import Window

ONE_DAY = timedelta(days=1)


class Why(StrEnum):
    """Why a visit counts, or does not."""

    EXECUTED = "executed"  # carried out in the period: counts
    TO_COME = "to_come"  # its window is not over: counts, because it will be
    DRAWN = "drawn"  # drawn, whether or not anybody comes: counts where the rule-set counts draws
    MISSED = "missed"  # nobody came while its window was open: does not count where visits carried out do
    OTHER_PERIOD = "other_period"  # in another year
    OUTSIDE = "outside"  # made outside the draw for a cause that the cap does not limit

    @property
    def counts(self) -> bool:
        return self in {Why.EXECUTED, Why.TO_COME, Why.DRAWN}


def year_after(day: date) -> date:
    """The last day of the year that begins with an event of `day`.

    The day of the event is not counted and the corresponding day of the next year is the last one; where that year
    has none, the month's last day is (民法典 第二百零一条、第二百零二条): a year from 29 February ends on 28 February.
    """
    if day.year == date.max.year:
        return date.max
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return date(day.year + 1, day.month, min(day.day, last))


def year_before(day: date) -> date:
    """The earliest day whose year (`year_after`) holds `day`: a visit on it is still within one year of `day`."""
    if day.year == date.min.year:
        return date.min
    last = calendar.monthrange(day.year - 1, day.month)[1]
    earlier = date(day.year - 1, day.month, min(day.day, last))
    return earlier if year_after(earlier) >= day else earlier + ONE_DAY


def span_of(cap: VisitCapRule, day: date) -> Window:
    """The days of which a visit can matter to the cap for another one on `day`: its calendar year, or, where any span
    of one year counts (1年内), the year before and the year after."""
    if cap.period is CapPeriod.CALENDAR_YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return year_before(day), year_after(day)


def most_in_one_year(days: Iterable[date], day: date) -> Window:
    """Of all spans of one year that hold `day`, the one in which most of `days` lie; the earliest of equals."""
    near = sorted(one for one in days if year_before(day) <= one <= year_after(day))
    spans = [(first, year_after(first)) for first in (*(one for one in near if one <= day), day)]
    return max(spans, key=lambda span: bisect_right(near, span[1]) - bisect_left(near, span[0]))


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A visit in the ledger of its object. `day`: that of the visit, or the first on which it can take place."""

    burden: Burden
    day: date
    why: Why

    @property
    def counts(self) -> bool:
        return self.why.counts


def ledger_of(visits: Iterable[Burden], rules: RuleSet, day: date, today: date) -> list[LedgerLine]:
    """The visits of one object with what each means for its cap when it is to be visited on `day`, as of `today`.

    One visit counts once, however many tasks it served. Where visits carried out count (实施抽查, 威海 第六条), one
    whose window passed without anybody coming does not; one still to come does. Where draws count, every visit does. A
    visit that served only tasks outside the draw counts as far as the cap limits their kind.
    """
    held = sorted(visits, key=lambda one: (one.borne_on, str(one.visit)))
    cap = rules.visit_cap
    bearing = [_bearing(one, rules, today) for one in held]
    span = span_of(cap, day)
    if cap.period is CapPeriod.ROLLING_YEAR:
        counted = [one.borne_on for one, why in zip(held, bearing, strict=True) if why.counts]
        span = most_in_one_year(counted, day)
    return [
        LedgerLine(one, one.borne_on, why if not why.counts or span[0] <= one.borne_on <= span[1] else Why.OTHER_PERIOD)
        for one, why in zip(held, bearing, strict=True)
    ]


def burden_by_object(visits: Iterable[Burden], rules: RuleSet, day: date, today: date) -> dict[UUID, int]:
    """How many visits count towards each object's cap (see `ledger_of`); objects without any are not named."""
    by_object: dict[UUID, list[Burden]] = defaultdict(list)
    for visit in visits:
        by_object[visit.object].append(visit)
    counted = {one: used(ledger_of(held, rules, day, today)) for one, held in by_object.items()}
    return {one: count for one, count in counted.items() if count}


def used(lines: Sequence[LedgerLine]) -> int:
    """How many of them count."""
    return sum(line.counts for line in lines)


def _bearing(visit: Burden, rules: RuleSet, today: date) -> Why:
    """What the visit is to the cap, apart from the period in which it lies."""
    if not any(_limited(kind, rules) for kind in visit.kinds):
        return Why.OUTSIDE
    if visit.executed_on is not None:
        return Why.EXECUTED
    if visit.ends_on >= today:
        return Why.TO_COME
    return Why.MISSED if rules.visit_cap.counts is CapCounts.EXECUTED else Why.DRAWN


def _limited(kind: TaskKind, rules: RuleSet) -> bool:
    """Whether visits of this kind of task use up the cap: all that are drawn, and those that it limits by name."""
    outside = rules.outside_draw.of(kind)
    return outside is None or outside.limited_by_cap
