"""By when an objection is decided and its party told. Pure: the calendar and the rule are arguments."""

from datetime import datetime

from inspection.kernel.calendar import DueDate, WorkCalendar
from inspection.kernel.calendar.rules import local_day
from inspection.policy.clauses.publicity import ObjectionRule


def due(rule: ObjectionRule, received_at: datetime, calendar: WorkCalendar) -> DueDate:
    """The last day in time (威海 第二十六条). The day on which the application came in is day 0, in Beijing's time."""
    return calendar.add_working_days(local_day(received_at), rule.working_days)
