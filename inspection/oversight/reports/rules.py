"""Which reports are due, when, and what becomes of one (安岳 三(五): by quarter, and a summary of the year). Pure."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from inspection.policy.clauses.planning import ReportRule

_PERIOD: Final = re.compile(r"(\d{4})(?:Q([1-4]))?", re.ASCII)
QUARTERS: Final = (1, 2, 3, 4)
MONTHS: Final = 3


class ReportKind(StrEnum):
    QUARTER = "quarter"  # 季度进展报告
    YEAR = "year"  # 年度总结


class ReportState(StrEnum):
    """What has become of a period's report."""

    DUE = "due"  # nothing is drafted
    DRAFT = "draft"  # waits for the approval by another person
    APPROVED = "approved"  # waits to be handed to those whom the rule-set names
    FILED = "filed"


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a year; `name`: `2026Q1`, `2026`."""

    kind: ReportKind
    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class ReportDuty:
    """A report that is asked for. `done_on`: the day on which the last of the bodies had it."""

    period: Period
    due_on: date
    state: ReportState
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Made:
    """What is there of a period: its newest version. `filed`: by body (code), the day."""

    approved_on: date | None
    filed: Mapping[str, date]


def period_of(name: str) -> Period | None:
    """The period of a name; None for a name of none."""
    match = _PERIOD.fullmatch(name)
    if match is None or not date.min.year < int(match[1]) < date.max.year:
        return None
    year = int(match[1])
    if match[2] is None:
        return Period(ReportKind.YEAR, name, date(year, 1, 1), date(year, 12, 31))
    last = int(match[2]) * MONTHS
    return Period(
        ReportKind.QUARTER, name, date(year, last - MONTHS + 1, 1), date(year, last, monthrange(year, last)[1])
    )


def periods(year: int) -> tuple[Period, ...]:
    """The quarters of a year, and the year."""
    found = (period_of(name) for name in (*(f"{year:04}Q{one}" for one in QUARTERS), f"{year:04}"))
    return tuple(one for one in found if one is not None)


def due_on(period: Period, rule: ReportRule) -> date | None:
    """The day by which a report is with those who are to have it: the last of the quarter, the day of the year that
    the rule-set names; None where it asks for none.
    """
    if period.kind is ReportKind.QUARTER:
        return period.last if rule.quarterly else None
    if rule.annual_month is None or rule.annual_day is None:
        return None
    return date(period.first.year, rule.annual_month, rule.annual_day)


def state_of(made: Made | None, bodies: Iterable[str]) -> ReportState:
    """How far the report of a period is; one for nobody in particular is done when it is approved."""
    if made is None:
        return ReportState.DUE
    if made.approved_on is None:
        return ReportState.DRAFT
    return ReportState.FILED if set(bodies) <= set(made.filed) else ReportState.APPROVED


def duties(years: Iterable[int], founded: date, rule: ReportRule, made: Mapping[str, Made]) -> list[ReportDuty]:
    """The reports that these years ask for, the earliest due first; those due before the authority was there are none.

    `made`: by period, its newest version.
    """
    bodies = [one.code for one in rule.reported_to]
    found = []
    for period in (one for year in years for one in periods(year)):
        day = due_on(period, rule)
        if day is None or day < founded:
            continue
        there = made.get(period.name)
        state = state_of(there, bodies)
        done = _done(there) if state is ReportState.FILED else None
        found.append(ReportDuty(period, day, state, done))
    return sorted(found, key=lambda one: (one.due_on, one.period.name))


def _done(made: Made | None) -> date | None:
    days = [made.approved_on, *made.filed.values()] if made is not None else []
    return max((day for day in days if day is not None), default=None)
