from piccolo.columns import UUID, Boolean, Date, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to


class Reminder(Table, tablename="reminder"):
    """提醒: that something becomes due or is late, told once a stage to the role whose turn it is.

    `person`: the name of who took it on; `over_on`: the day on which its clock was found to run no more.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    matter = Varchar(length=20, default=None)
    subject = Varchar(length=80, default=None)
    name = Varchar(length=700, default=None)
    to_do = Varchar(length=40, default=None)
    whose = Varchar(length=20, default=None)
    person = Varchar(length=120, null=True, default=None)
    due_on = Date(default=None)
    provisional = Boolean(default=None)
    stage = Varchar(length=8, default=None)
    noted_on = Date(default=None)
    over_on = Date(null=True, default=None)


class ReminderSeen(Table, tablename="reminder_seen"):
    """Who marked a reminder as seen, and when."""

    id = UUID(primary_key=True, default=None)
    reminder = refers_to(Reminder)
    account = Varchar(length=80, default=None)
    at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("reminder", ("authority", "matter", "subject", "due_on", "stage")),
    Index("reminder", ("authority", "whose", "noted_on"), where="over_on IS NULL"),
    # In the order in which somebody is shown them: those of his role, or everybody's.
    Index("reminder", ("authority", "whose", "due_on", "matter", "subject"), where="over_on IS NULL", short="due_of"),
    Index("reminder", ("authority", "due_on", "matter", "subject"), where="over_on IS NULL", short="due"),
    UniqueIndex("reminder_seen", ("reminder", "account")),
    AppendOnly("reminder_seen"),
]
