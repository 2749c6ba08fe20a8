"""States and days of the annual plan (威海 第十一至十三条 and their like), and ratios as people read them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from inspection.kernel.calendar import DueDate, WorkCalendar
from inspection.kernel.calendar.rules import local_day
from inspection.planning.finding import Finding
from inspection.policy.model import RuleSet


class PlanState(StrEnum):
    """Where a plan stands. A plan that a newer version has replaced is superseded, never changed."""

    DRAFTED = "drafted"
    RETURNED = "returned"
    APPROVED = "approved"
    FILED = "filed"
    SUPERSEDED = "superseded"


IN_FORCE = frozenset({PlanState.APPROVED, PlanState.FILED})

# Who may follow whom; nothing leads out of SUPERSEDED.
STEPS: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFTED: frozenset({PlanState.APPROVED, PlanState.RETURNED, PlanState.SUPERSEDED}),
    PlanState.RETURNED: frozenset({PlanState.SUPERSEDED}),
    PlanState.APPROVED: frozenset({PlanState.FILED, PlanState.SUPERSEDED}),
    PlanState.FILED: frozenset({PlanState.SUPERSEDED}),
    PlanState.SUPERSEDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class PlanDates:
    """When the plan of a year is made: from `opens` (None: any time) until `due`, both included."""

    opens: DueDate | None
    due: DueDate


def plan_due(rules: RuleSet, year: int, calendar: WorkCalendar) -> PlanDates:
    """When the plan of `year` is made (威海 第十一条: until 10 January; 安岳 二(一): until 31 January; 兴隆台 六(二):
    in the last 30 working days of the year before).
    """
    rule = rules.plan.due
    due = date(year - 1 if rule.in_year_before else year, rule.month, rule.day)
    opens = (
        calendar.add_working_days(date(year - 1, 12, 31), -rule.opens_working_days_before)
        if rule.opens_working_days_before
        else None
    )
    return PlanDates(opens, DueDate(due, provisional=False))


@dataclass(frozen=True, slots=True)
class PlanHead:
    """A version of a plan without its lines."""

    id: UUID
    authority: UUID
    year: int
    version: int
    state: PlanState
    approved_at: datetime | None
    published_at: datetime | None


class DutyState(StrEnum):
    """How the making of a year's plan stands on a day."""

    OPEN = "open"  # may be made now, not approved yet
    DUE_SOON = "due_soon"  # not approved yet, and the last day is near
    OVERDUE = "overdue"  # the last day is past without an approved plan
    UNPUBLISHED = "unpublished"  # approved, but not published though the rule-set asks for it
    INCOMPLETE = "incomplete"  # in force, but the published list has changed since
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PlanDuty:
    """One authority's plan of one year on a day. `plan` is the version in force, else the newest one.

    `late`: it was approved after its last day. `provisional`: the first day crosses days without a holiday notice.
    """

    authority: UUID
    year: int
    state: DutyState
    opens_on: date | None
    due_on: date
    provisional: bool
    plan: UUID | None
    late: bool
    gaps: tuple[Finding, ...] = ()


NEAR_DAYS = 14


def plan_duty(
    authority: UUID, rules: RuleSet, year: int, heads: Sequence[PlanHead], dates: PlanDates, on: date
) -> PlanDuty | None:
    """How the plan of `year` stands on the day `on`; None before it may be made. `heads`: its versions, oldest first.

    Where the rule-set names no first day, the plan is looked for from thirty days before it is due.
    """
    approved = next((head for head in heads if head.approved_at is not None), None)
    ruling = next((head for head in heads if head.state in IN_FORCE), None)
    newest = ruling or (heads[-1] if heads else None)
    due = dates.due.day
    opens = dates.opens.day if dates.opens else due - timedelta(days=30)
    if approved is None and on < opens:
        return None
    if approved is None:
        near = on >= due - timedelta(days=NEAR_DAYS)
        state = DutyState.OVERDUE if on > due else DutyState.DUE_SOON if near else DutyState.OPEN
    elif rules.plan.published and ruling is not None and ruling.published_at is None:
        state = DutyState.UNPUBLISHED
    else:
        state = DutyState.DONE
    return PlanDuty(
        authority,
        year,
        state,
        dates.opens.day if dates.opens else None,
        due,
        dates.due.provisional or bool(dates.opens and dates.opens.provisional),
        newest.id if newest else None,
        approved is not None and approved.approved_at is not None and local_day(approved.approved_at) > due,
    )


def percent(ratio: Fraction) -> str:
    """A ratio as people read it: 1/20 → "5%", 1/3 → "1/3"."""
    hundredfold = ratio * 10000
    if hundredfold.denominator != 1:
        return str(ratio)
    whole, rest = divmod(int(hundredfold), 100)
    return f"{whole}%" if not rest else f"{whole}.{rest:02d}".rstrip("0") + "%"
