from piccolo.columns import UUID, Boolean, Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import AppendOnly, Index


class LateFiling(Table, tablename="late_filing"):
    """补录: a visit that nobody assigned, and by when it has to be filed.

    `visit`: the id that the tablet gave it; `begun_on`: the day of the visit as the tablet tells it; `known_at`: when
    its first entry came; `due_provisional`: the day crosses a year whose holidays are not announced yet; `reason`: why
    it was filed afterwards, or dismissed.
    """

    visit = UUID(primary_key=True, default=None)
    authority = UUID(default=None)
    begun_on = Date(default=None)
    known_at = Timestamptz(default=None)
    due_on = Date(default=None)
    due_provisional = Boolean(default=None)
    reminded_on = Date(null=True, default=None)
    filed_at = Timestamptz(null=True, default=None)
    filed_by = Varchar(length=80, null=True, default=None)
    dismissed_at = Timestamptz(null=True, default=None)
    dismissed_by = Varchar(length=80, null=True, default=None)
    reason = Text(null=True, default=None)


class LateTask(Table, tablename="late_task"):
    """A task that was made when such a visit was filed; `visited_on`: the day of the visit as the office filed it."""

    task = UUID(primary_key=True, default=None)
    visit = UUID(default=None)
    visited_on = Date(default=None)


INDEXES = [
    Index("late_filing", ("authority", "due_on"), where="filed_at IS NULL AND dismissed_at IS NULL"),
    Index("late_filing", ("authority", "known_at")),
    Index("late_task", ("visit",)),
    AppendOnly("late_task"),
]
