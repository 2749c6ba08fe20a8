"""Working days (工作日): data of the State Council's notices; Monday to Friday where none is known yet."""

from inspection.kernel.calendar.rules import DueDate, WorkCalendar
from inspection.kernel.calendar.seed import seed_calendar
from inspection.kernel.calendar.store import load_calendar

__all__ = ["DueDate", "WorkCalendar", "load_calendar", "seed_calendar"]
