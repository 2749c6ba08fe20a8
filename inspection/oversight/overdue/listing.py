"""What was not done by its day, by whom (威海 第二十八条): what is late still and what was done late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar import WorkCalendar, load_calendar
from inspection.kernel.command import Role
from inspection.oversight.alerts.rules import AlertKind
from inspection.oversight.alerts.store import reasons_of
from inspection.oversight.clocks import WHOSE, Matter
from inspection.oversight.overdue import store
from inspection.oversight.overdue.store import Kept
from inspection.oversight.reports.clock import report_duties
from inspection.planning.facts import TaskFacts
from inspection.planning.task_clocks import Clock, ClockKind, ClockState
from inspection.visits.due import fallen_due


@dataclass(frozen=True, slots=True)
class Person:
    """Who had it in hand: account and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """A thing that was not done by its day. `done_on` None: it is late still.

    `subject`: its id, of a report its period; `days`, `working_days`: by how much, up to the day it was done, or to
    today; `whose`: the role that answers for it; `people`: those who had it in hand; `reason`: what was said when its
    alert was settled.
    """

    matter: Matter
    subject: str
    name: str
    due_on: date
    done_on: date | None
    days: int
    working_days: int
    whose: Role
    people: tuple[Person, ...]
    reason: str | None
    provisional: bool


_WHOSE: Final = {
    Matter.PUBLICATION: Role.APPROVER,
    Matter.OBJECTION: Role.LEGAL,
    Matter.FILING: Role.SECTION_HEAD,
    Matter.PLAN: Role.PLANNER,
    Matter.REPORT: Role.PLANNER,
}
_ALERTS: Final = {Matter.PUBLICATION: AlertKind.PUBLICATION_LATE, Matter.OBJECTION: AlertKind.OBJECTION_LATE}


@dataclass(frozen=True, slots=True)
class OverduePage:
    """What was not done by its day, the latest first, and how much of it there is in all."""

    found: tuple[Overdue, ...]
    count: int


async def overdue(authority: UUID, first: date, last: date, today: date) -> list[Overdue]:
    """Everything that was due from `first` to `last` and was not done by its day, the latest first."""
    return await _named(authority, await _found(authority, (first, last), today))


async def overdue_page(authority: UUID, first: date, last: date, today: date, most: int) -> OverduePage:
    """The same, at most so many, and how many there are."""
    found = await _found(authority, (first, last), today, most)
    results = sum(one.matter is Matter.PUBLICATION for one in found)
    count = len(found) - results + await store.count_publications(authority, first, last, today)
    return OverduePage(tuple(await _named(authority, found[:most])), count)


async def _found(authority: UUID, span: tuple[date, date], today: date, most: int | None = None) -> list[Overdue]:
    """The latest first, nobody named yet; of results, of which there are many, the latest `most` only."""
    calendar = await load_calendar()
    found = [
        *_late(Matter.PUBLICATION, await store.publications(authority, *span, today, most), calendar, today),
        *_late(Matter.OBJECTION, await store.objections(authority, *span), calendar, today),
        *_late(Matter.FILING, await store.filings(authority, *span), calendar, today),
        *_late(Matter.PLAN, await store.plans(authority, *span), calendar, today),
        *await _reports(authority, span, calendar, today),
        *await _tasks(authority, span, calendar, today),
    ]
    return sorted(found, key=lambda one: (-one.days, one.matter.value, one.subject))


async def _named(authority: UUID, found: Sequence[Overdue]) -> list[Overdue]:
    names = {str(one.id): one.name for one in await authorities.accounts(authority)}
    reasons = await reasons_of(authority, [key for one in found if (key := _key(one)) is not None])
    return [_told(one, names, reasons) for one in found]


def late_by(due: date, done: date | None, calendar: WorkCalendar, today: date) -> tuple[int, int] | None:
    """By how many days and by how many working days something is late; None where it is not. Pure."""
    end = done or today
    if end <= due:
        return None
    return (end - due).days, calendar.working_days(due, end)


def _late(matter: Matter, found: Iterable[Kept], calendar: WorkCalendar, today: date) -> list[Overdue]:
    late = ((one, late_by(one.due_on, one.done_on, calendar, today)) for one in found)
    return [_overdue(matter, one, by, _WHOSE[matter]) for one, by in late if by is not None]


def _overdue(matter: Matter, one: Kept, by: tuple[int, int], whose: Role) -> Overdue:
    people = tuple(Person(person, "") for person in one.people)
    return Overdue(
        matter=matter,
        subject=one.id,
        name=one.name,
        due_on=one.due_on,
        done_on=one.done_on,
        days=by[0],
        working_days=by[1],
        whose=whose,
        people=people,
        reason=None,
        provisional=one.provisional,
    )


async def _reports(authority: UUID, span: tuple[date, date], calendar: WorkCalendar, today: date) -> list[Overdue]:
    """Reports are known by their period, also while there is none."""
    found = []
    for duty in await report_duties(authority, range(span[0].year, span[1].year + 1), today):
        by = late_by(duty.due_on, duty.done_on, calendar, today)
        if by is not None and span[0] <= duty.due_on <= span[1]:
            kept = Kept(duty.period.name, duty.period.name, duty.due_on, duty.done_on, ())
            found.append(_overdue(Matter.REPORT, kept, by, _WHOSE[Matter.REPORT]))
    return found


async def _tasks(authority: UUID, span: tuple[date, date], calendar: WorkCalendar, today: date) -> list[Overdue]:
    found = []
    for task, clocks in await fallen_due(authority, *span, today):
        for clock in clocks:
            if clock.due is None or clock.state not in {ClockState.LATE, ClockState.OVERDUE}:
                continue
            by = late_by(clock.due, clock.done_on, calendar, today)
            if by is not None and span[0] <= clock.due <= span[1]:
                kept = _kept(task, clock, clock.due)
                found.append(_overdue(Matter(clock.kind.value), kept, by, WHOSE[clock.kind]))
    return found


def _kept(task: TaskFacts, clock: Clock, day: date) -> Kept:
    """Who preset a task answers for its window with who reviewed it; an approval is the reviewer's alone."""
    hands = (task.reviewed_by,) if clock.kind is ClockKind.APPROVAL else (task.preset_by, task.reviewed_by)
    people = tuple(dict.fromkeys(one for one in hands if one))
    return Kept(str(task.id), f"{task.number} {task.name}", day, clock.done_on, people, clock.provisional)


def _key(one: Overdue) -> str | None:
    kind = _ALERTS.get(one.matter)
    return f"{kind.value}:{one.subject}:{one.due_on.isoformat()}" if kind is not None else None


def _told(one: Overdue, names: Mapping[str, str], reasons: Mapping[str, str]) -> Overdue:
    people = tuple(Person(person.id, names.get(person.id, "")) for person in one.people)
    return replace(one, people=people, reason=reasons.get(_key(one) or ""))
