"""Working-day arithmetic: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SATURDAY = 5
DAYS_A_WEEK = 7
ONE_DAY = timedelta(days=1)
BEIJING = ZoneInfo("Asia/Shanghai")


@lru_cache(maxsize=1024)
def local_day(instant: datetime) -> date:
    """The calendar day of an instant where the rules apply (Beijing time)."""
    return instant.astimezone(BEIJING).date()


@dataclass(frozen=True, slots=True)
class DueDate:
    """A day that a clock points to. `provisional`: it crosses days for which no holiday notice is known yet."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Exceptions to Monday–Friday.

    Attributes:
        exceptions: day → whether it is worked; holidays on weekdays and worked weekends (调休).
        known_years: years whose holiday notice is in the data.
    """

    exceptions: Mapping[date, bool]
    known_years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Whether people work on `day`."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def working_days(self, start: date, end: date) -> int:
        """How many working days there are after `start`, up to `end`; none where that is not later."""
        weeks, rest = divmod(max((end - start).days, 0), DAYS_A_WEEK)
        plain = weeks * SATURDAY + sum((start + n * ONE_DAY).weekday() < SATURDAY for n in range(1, rest + 1))
        other = (works - (day.weekday() < SATURDAY) for day, works in self.exceptions.items() if start < day <= end)
        return plain + sum(other)

    def add_working_days(self, start: date, n: int) -> DueDate:
        """The n-th working day after `start` (before it, when n is negative); `start` itself is not counted."""
        step = ONE_DAY if n >= 0 else -ONE_DAY
        day, left, provisional = start, abs(n), False
        while left:
            day += step
            provisional = provisional or day.year not in self.known_years
            left -= self.is_working_day(day)
        return DueDate(day, provisional)

    def add_days(self, start: date, n: int) -> DueDate:
        """Calendar days; never provisional."""
        return DueDate(start + timedelta(days=n), provisional=False)
