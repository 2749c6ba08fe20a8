from piccolo.columns import UUID, BigInt, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.references import refers_to


class StoredBlob(Table, tablename="blob"):
    """Bytes we hold, by their SHA-256 (hex). There is never a row without its bytes on the disk.

    `probe` is canonical JSON of what the image work found, null until it has looked; `mime` is the sender's word.
    """

    id = UUID(primary_key=True, default=None)
    digest = Varchar(length=64, default=None)
    length = BigInt(default=None)
    mime = Varchar(length=100, default=None)
    stored_at = Timestamptz(default=None)
    stored_by = Varchar(length=80, default=None)
    probe = Text(null=True, default=None)
    probed_at = Timestamptz(null=True, default=None)


class Derivative(Table, tablename="derivative"):
    """An image made from a blob: a cache on the disk, but its digest is kept for the custody record."""

    id = UUID(primary_key=True, default=None)
    blob = refers_to(StoredBlob)
    name = Varchar(length=20, default=None)
    digest = Varchar(length=64, default=None)
    length = BigInt(default=None)
    width = Integer(default=None)
    height = Integer(default=None)


class Upload(Table, tablename="upload"):
    """One resumable upload. How far it is stands in its staging file alone, never here.

    `length` is null only while a client has deferred it.
    """

    id = UUID(primary_key=True, default=None)
    owner = Varchar(length=80, default=None)
    digest = Varchar(length=64, default=None)
    length = BigInt(null=True, default=None)
    mime = Varchar(length=100, default=None)
    metadata = Text(default=None)
    state = Varchar(length=12, default=None)
    created_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)


INDEXES = [
    UniqueIndex("blob", ("digest",)),
    UniqueIndex("derivative", ("blob", "name")),
    # One live upload for the same file of the same device: a creation whose answer was lost is repeated harmlessly.
    UniqueIndex("upload", ("owner", "digest", "length"), where="state IN ('receiving', 'complete')"),
    Index("upload", ("state", "created_at")),
]
