from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.visits.tables import Visit


class VisitDoor(Table, tablename="visit_door"):
    """What a visit's party opens with link and code. Made when the first link is given out, never before the unsealing.

    `link`: what stands in its address; `turn`: counts the times it was given anew, and both link and code depend on it.
    """

    visit = UUID(primary_key=True, default=None)
    link = Varchar(length=40, default=None, unique=True)
    turn = Integer(default=None)
    given_at = Timestamptz(default=None)
    expires_on = Date(default=None)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by = Varchar(length=80, null=True, default=None)
    failures = Integer(default=None)
    locked_until = Timestamptz(null=True, default=None)


class Rectification(Table, tablename="rectification"):
    """整改材料: what the party hands in to show that a problem was put right. `form`: its one-time name."""

    id = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    form = Varchar(length=40, default=None)
    note = Text(default=None)
    late = Boolean(default=None)
    at = Timestamptz(default=None)


class RectificationFile(Table, tablename="rectification_file"):
    """A file of it. `digest`: SHA-256 (hex); `name`: as the party called it."""

    id = UUID(primary_key=True, default=None)
    rectification = refers_to(Rectification)
    digest = Varchar(length=64, default=None)
    name = Varchar(length=200, default=None)


class Rating(Table, tablename="rating"):
    """评价 of a visit by its party: five questions, one to five each, as JSON."""

    visit = UUID(primary_key=True, default=None)
    marks = Text(default=None)
    rated_on = Date(default=None)


class Remark(Table, tablename="remark"):
    """An anonymous remark: whose authority, and in which month; nothing in it leads to a visit."""

    id = UUID(primary_key=True, default=None)
    authority = UUID(default=None)
    month = Varchar(length=7, default=None)
    text = Text(default=None)


class WaitingRemark(Table, tablename="remark_waiting"):
    """A remark until it is told: rows are taken out of here together, so that nothing of their order is kept."""

    id = UUID(primary_key=True, default=None)
    authority = UUID(default=None)
    month = Varchar(length=7, default=None)
    text = Text(default=None)


INDEXES = [
    UniqueIndex("rectification", ("visit", "form")),
    AppendOnly("rectification"),
    UniqueIndex("rectification_file", ("rectification", "digest")),
    AppendOnly("rectification_file"),
    Index("rating", ("rated_on",)),
    AppendOnly("rating"),
    Index("remark", ("authority", "month")),
    AppendOnly("remark"),
]
