"""When a result is due to be public. Pure: the calendar and the milestones are arguments.

Which event starts the clock, and how many working days it runs, is the rule-set's word; the day of the event is day 0.
"""

from dataclasses import dataclass
from datetime import date

from inspection.kernel.calendar import WorkCalendar
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
    clocks = [(rule.starts, rule.working_days)]
    if rule.penalty is not None:
        clocks.append((rule.penalty.starts, rule.penalty.working_days))
    running = [_running(start, days, milestones, calendar) for start, days in clocks]
    return min((one for one in running if one is not None), key=lambda one: one.day, default=None)


def _running(start: ClockStart, working_days: int, milestones: Milestones, calendar: WorkCalendar) -> Due | None:
    started = milestones.day_of(start)
    if started is None:
        return None
    last = calendar.add_working_days(started, working_days)
    return Due(start=start, started=started, day=last.day, provisional=last.provisional)


def is_late(due_day: date, on: date) -> bool:
    """Whether a result that goes out `on` this day is past its due day."""
    return on > due_day
