from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import Index, UniqueIndex, Unlogged
from inspection.kernel.references import refers_to


class ImportRun(Table, tablename="import_run"):
    """One import: what came, what went in, what did not."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    what = Varchar(length=20, default=None)
    file_name = Varchar(length=300, default=None)
    file_digest = Varchar(length=64, default=None)
    header = Text(default=None)
    rows = BigInt(default=None)
    added = BigInt(default=None)
    changed = BigInt(default=None)
    unchanged = BigInt(default=None)
    rejected = BigInt(default=None)
    warned = BigInt(default=None)
    at = Timestamptz(default=None)
    finished_at = Timestamptz(null=True, default=None)
    by = Varchar(length=80, null=True, default=None)
    by_name = Varchar(length=200, null=True, default=None)


class RejectedRow(Table, tablename="rejected_row"):
    """A row that did not go in, as it came, with its line number and reason: nothing given is lost."""

    id = UUID(primary_key=True, default=None)
    run = refers_to(ImportRun)
    line = BigInt(default=None)
    reason = Varchar(length=80, default=None)
    facts = Text(default=None)
    original = Text(default=None)


class ImportMapping(Table, tablename="import_mapping"):
    """Which header of one source's files means which field, so that next month's file needs no mapping again."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    what = Varchar(length=20, default=None)
    source = Varchar(length=120, default=None)
    headers = Text(default=None)
    at = Timestamptz(default=None)
    by_name = Varchar(length=200, default=None)


class WaitingFile(Table, tablename="waiting_file"):
    """A file that waits for the word that it shall be imported. `told`: what its sender was told of it, as the desk
    wrote it down.
    """

    id = UUID(primary_key=True, default=None)
    account = Varchar(length=80, default=None)
    kept_at = Timestamptz(default=None)
    told = Text(default=None)


class WaitingPiece(Table, tablename="waiting_piece"):
    """A piece of such a file, packed (zlib), by its place from 0 on. It is there before its file is."""

    id = UUID(primary_key=True, default=None)
    file = UUID(default=None)
    place = Integer(default=None)
    kept_at = Timestamptz(default=None)
    packed = Bytea(default=None)


INDEXES = [
    UniqueIndex("rejected_row", ("run", "line")),
    Index("import_run", ("authority", "what", "file_digest")),
    UniqueIndex("import_mapping", ("authority", "what", "source")),
    Index("waiting_file", ("account",)),
    Unlogged("waiting_file"),
    UniqueIndex("waiting_piece", ("file", "place")),
    Index("waiting_piece", ("kept_at",)),
    Unlogged("waiting_piece"),
]
