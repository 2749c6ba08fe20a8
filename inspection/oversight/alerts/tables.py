from piccolo.columns import UUID, Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to


class Alert(Table, tablename="alert"):
    """预警: something that an office should look at, raised once by its `key`.

    `subjects`: the ids of those whom it is about (accounts, inspectors), as JSON; `facts`: what was counted, as JSON.
    What was raised never changes; it is settled once, with a reason.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    kind = Varchar(length=30, default=None)
    key = Varchar(length=200, default=None)
    about_on = Date(default=None)
    subjects = Text(default=None)
    facts = Text(default=None)
    raised_at = Timestamptz(default=None)
    settled_at = Timestamptz(null=True, default=None)
    settled_by = Varchar(length=80, null=True, default=None)
    settled_name = Varchar(length=120, null=True, default=None)
    reason = Text(null=True, default=None)


class AlertSeen(Table, tablename="alert_seen"):
    """Who opened an alert, and when first."""

    id = UUID(primary_key=True, default=None)
    alert = refers_to(Alert)
    account = Varchar(length=80, default=None)
    name = Varchar(length=120, default=None)
    at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("alert", ("authority", "key")),
    Index("alert", ("authority", "raised_at")),
    Index("alert", ("authority", "id")),
    Index("alert", ("authority", "id"), where="settled_at IS NULL", short="open"),
    AppendOnly("alert", ("id", "authority", "kind", "key", "about_on", "subjects", "facts", "raised_at")),
    UniqueIndex("alert_seen", ("alert", "account")),
    AppendOnly("alert_seen"),
]
