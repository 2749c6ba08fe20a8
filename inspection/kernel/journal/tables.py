from piccolo.columns import UUID, BigInt, Bytea, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex


class JournalHead(Table, tablename="journal_head"):
    """Where each stream's chain stands. The row lock numbers the stream; it is held until commit."""

    stream = Varchar(length=120, primary_key=True, default=None)
    seq = BigInt(default=None)
    hash = Bytea(default=None)


class JournalLine(Table, tablename="journal_line"):
    """One line of a chain. `text` holds the hashed bytes; the other columns only help to find it."""

    id = UUID(primary_key=True, default=None)
    stream = Varchar(length=120, default=None)
    seq = BigInt(default=None)
    kind = Varchar(length=60, default=None)
    at = Timestamptz(default=None)
    actor_id = Varchar(length=80, default=None)
    authority = UUID(null=True, default=None)
    text = Text(default=None)
    prev = Bytea(default=None)
    hash = Bytea(default=None)


INDEXES = [
    UniqueIndex("journal_line", ("stream", "seq")),
    Index("journal_line", ("kind", "at")),
    Index("journal_line", ("authority", "at")),
    Index("journal_line", ("actor_id", "at")),
    AppendOnly("journal_line"),
]
