"""When somebody is reminded: five and two working days before the day, on it, and when it is over. Pure."""

from datetime import date
from enum import StrEnum
from typing import Final

from inspection.kernel.calendar import WorkCalendar


class Stage(StrEnum):
    """How near the day is. Each has a text in the catalogue under `oversight.stage_<value>`."""

    FIVE = "five"  # within five working days
    TWO = "two"  # within two
    TODAY = "today"
    LATE = "late"


AHEAD: Final = ((Stage.TWO, 2), (Stage.FIVE, 5))


def stage_of(due: date, today: date, calendar: WorkCalendar) -> Stage | None:
    """The stage in which a clock stands today; None while its day is far.

    Five working days before: from the fifth working day before the due day on. Whoever looks after a day on which
    nobody looked finds the stage of today, never one that is past.
    """
    if today > due:
        return Stage.LATE
    if today == due:
        return Stage.TODAY
    near = (stage for stage, days in AHEAD if today >= calendar.add_working_days(due, -days).day)
    return next(near, None)
