"""Small rules of visits: windows, who reviews, what hinders an approval. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from inspection.kernel.command import Actor, Role
from inspection.policy.clauses.measure import VisitCapRule
from inspection.policy.terms import CapCounts, CapPeriod
from inspection.visits.record import VisitRecord
from inspection.visits.rows import Burden

Window = tuple[date, date]


def shared_window(one: Window, other: Window) -> Window:
    """The days both windows hold, first and last included. They must overlap."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    if first > last:
        raise ValueError("the windows share no day")
    return first, last


def first_day(window: Window, today: date) -> date:
    """The first day on which a visit of this window can take place; its last day when all have passed."""
    return min(max(today, window[0]), window[1])


def period_of(cap: VisitCapRule, day: date) -> Window:
    """The days that a cap looks at for a visit on `day`: its calendar year, or the year that ends with it."""
    if cap.period is CapPeriod.CALENDAR_YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day - timedelta(days=365), date.max


def burden_by_object(visits: Iterable[Burden], cap: VisitCapRule, day: date, today: date) -> dict[UUID, int]:
    """How many visits count towards each object's cap when it is to be visited on `day`, as things stand `today`.

    Where the rule-set counts visits carried out (实施抽查, 威海 第六条), one whose window passed without anybody
    coming does not count; one still to come does, because it will. Where it counts draws, every visit does.
    """
    first, last = period_of(cap, day)
    counted: dict[UUID, int] = defaultdict(int)
    for visit in visits:
        borne_on = visit.executed_on or visit.starts_on
        missed = visit.executed_on is None and visit.ends_on < today
        if first <= borne_on <= last and not (missed and cap.counts is CapCounts.EXECUTED):
            counted[visit.object] += 1
    return dict(counted)


def may_review(actor: Actor, leader: UUID | None) -> bool:
    """The visit's leader, or the head of the section (威海 第十六条). A leader's account bears the inspector's id."""
    if actor.role is Role.SECTION_HEAD:
        return True
    return leader is not None and actor.id == str(leader)


class Hindrance(StrEnum):
    """Why a record cannot be approved, in the order a reviewer would mend it."""

    CONFLICT = "conflict"
    INCOMPLETE = "incomplete"
    MEDIA = "media"


def hindrance(record: VisitRecord, *, media_certified: bool) -> Hindrance | None:
    """The first thing that stands between a record and its approval; None when nothing does."""
    if record.conflicts:
        return Hindrance.CONFLICT
    if not record.quorum.met:
        return Hindrance.INCOMPLETE
    if record.missing_media and not media_certified:
        return Hindrance.MEDIA
    return None
