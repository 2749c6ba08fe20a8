"""When a result is due to be public. Pure: the calendar and the milestones are arguments.

Which event starts the clock, and how many working days it runs, is the rule-set's word; the day of the event is day 0.
"""

from dataclasses import dataclass
from datetime import date

from inspection.kernel.calendar import DueDate, WorkCalendar
from inspection.policy.clauses.publicity import PublicationRule
from inspection.policy.terms import ClockStart


@dataclass(frozen=True, slots=True)
class Milestones:
    """Local days of the events a publication clock can start from; None where the event has not happened."""

    result_formed: date | None = None
    task_completed: date | None = None
    penalty_decided: date | None = None

    def day_of(self, start: ClockStart) -> date | None:
        """The day of one event. An objection's clock is not a publication clock and never starts here."""
        match start:
            case ClockStart.RESULT_FORMED:
                return self.result_formed
            case ClockStart.TASK_COMPLETED:
                return self.task_completed
            case ClockStart.PENALTY_DECIDED:
                return self.penalty_decided
            case ClockStart.APPLICATION_RECEIVED:
                return None


@dataclass(frozen=True, slots=True)
class Due:
    """The last day in time. `provisional` while the calendar of a year the clock runs into is not announced yet."""

    start: ClockStart
    started: date
    day: date
    provisional: bool


def due(rule: PublicationRule, milestones: Milestones, calendar: WorkCalendar) -> Due | None:
    """The due day of a result, or None while no clock of it has started.

    Where the rule-set gives a penalty a clock of its own (金凤 第十六条), the earlier day of the two is due.
    """
    return next(iter(clocks(rule, milestones, calendar)), None)


def clocks(rule: PublicationRule, milestones: Milestones, calendar: WorkCalendar) -> tuple[Due, ...]:
    """Every clock of a result that runs, the earliest day first."""
    wanted = [(rule.starts, rule.working_days)]
    if rule.penalty is not None:
        wanted.append((rule.penalty.starts, rule.penalty.working_days))
    running = [_running(start, days, milestones, calendar) for start, days in wanted]
    return tuple(sorted((one for one in running if one is not None), key=lambda one: one.day))


def penalty_due(rule: PublicationRule, decided_on: date, calendar: WorkCalendar) -> Due:
    """The due day of a penalty itself, counted from its decision.

    By the rule-set's clock for penalties; where it has none, as many working days as for any other result, because a
    penalty is a result too (兴隆台 三: 抽查情况及查处结果) and is formed on the day of its decision.
    """
    days = rule.penalty.working_days if rule.penalty is not None else rule.working_days
    last = calendar.add_working_days(decided_on, days)
    return Due(start=ClockStart.PENALTY_DECIDED, started=decided_on, day=last.day, provisional=last.provisional)


REMOVAL_DAYS = 5
"""Working days in which a penalty that was annulled is taken from a public register (field facts §c2)."""


def removal_due(annulled_on: date, calendar: WorkCalendar) -> DueDate:
    """The last day on which an annulled penalty is taken from the public register in time."""
    return calendar.add_working_days(annulled_on, REMOVAL_DAYS)


def _running(start: ClockStart, working_days: int, milestones: Milestones, calendar: WorkCalendar) -> Due | None:
    started = milestones.day_of(start)
    if started is None:
        return None
    last = calendar.add_working_days(started, working_days)
    return Due(start=start, started=started, day=last.day, provisional=last.provisional)


def is_late(due_day: date, on: date) -> bool:
    """Whether a result that goes out `on` this day is past its due day."""
    return on > due_day
