from piccolo.columns import Boolean, Date, Integer, Timestamptz, Varchar
from piccolo.table import Table


class CalendarYear(Table, tablename="calendar_year"):
    """A year whose holiday notice is known, and where it was taken from."""

    year = Integer(primary_key=True, default=None)
    source = Varchar(length=200, default=None)
    imported_at = Timestamptz(default=None)


class CalendarException(Table, tablename="calendar_exception"):
    """A weekday off or a weekend worked."""

    day = Date(primary_key=True, default=None)
    works = Boolean(default=None)
    name = Varchar(length=60, default=None)
