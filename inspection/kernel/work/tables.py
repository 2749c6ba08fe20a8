from piccolo.columns import UUID, BigInt, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import Index, UniqueIndex


class WorkItem(Table, tablename="work_item"):
    """One piece of background work that a journal line asked for. Done rows stay until they are swept."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=60, default=None)
    lane = Varchar(length=120, default=None)
    stream = Varchar(length=120, default=None)
    seq = BigInt(default=None)
    authority = UUID(null=True, default=None)
    payload = Text(default=None)
    attempts = Integer(default=None)
    not_before = Timestamptz(default=None)
    claimed_until = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    dead = Boolean(default=None)
    last_error = Text(null=True, default=None)


INDEXES = [
    UniqueIndex("work_item", ("stream", "seq", "name")),
    Index("work_item", ("lane", "seq"), where="done_at IS NULL"),
    Index("work_item", ("not_before",), where="done_at IS NULL"),
]
