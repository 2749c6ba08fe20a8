from piccolo.columns import UUID, BigInt, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.visits.tables import Visit


class NumberBlock(Table, tablename="number_block"):
    """Numbers of notices that a tablet may give out offline: `first` to `last` of the authority's series of `year`."""

    id = UUID(primary_key=True, default=None)
    authority = UUID(default=None)
    device = UUID(default=None)
    year = Integer(default=None)
    first = BigInt(default=None)
    last = BigInt(default=None)
    given_at = Timestamptz(default=None)


class NoticeStep(Table, tablename="notice_step"):
    """送达: one step of a notice, from its serving to its acknowledgement.

    `step`: served, opened, acknowledged; `how`: of what was served; `source`: the hash of the entry (base64url) or a
    name that makes it the same step when it is met again; `at`: when the server knew of it; `claimed`: the tablet's
    clock, evidence only; `doc`: SHA-256 (hex) of the paper that was shown.
    """

    id = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    step = Varchar(length=20, default=None)
    how = Varchar(length=20, null=True, default=None)
    number = Varchar(length=60, null=True, default=None)
    source = Varchar(length=100, default=None)
    by = Varchar(length=80, default=None)
    receiver = Varchar(length=120, null=True, default=None)
    reason = Text(null=True, default=None)
    doc = Varchar(length=64, null=True, default=None)
    at = Timestamptz(default=None)
    claimed = Timestamptz(null=True, default=None)
    flags = Text(default=None)


INDEXES = [
    Index("number_block", ("authority", "year", "first")),
    Index("number_block", ("device", "year")),
    AppendOnly("number_block"),
    UniqueIndex("notice_step", ("visit", "step", "source")),
    Index("notice_step", ("number",), where="number IS NOT NULL"),
    AppendOnly("notice_step"),
]
