from piccolo.columns import UUID, BigInt, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to


class StoredBlob(Table, tablename="blob"):
    """Bytes we hold, by their SHA-256 (hex). There is never a row without its bytes on the disk.

    `probe` is canonical JSON of what the image work found, null until it has looked; `mime` is the sender's word.
    `sm3` (hex, GB/T 32905) is computed in the background; `remote_at`: since when the object store has a copy;
    `remote_tag`: which version there it was that was read back and compared. `depot`: whose disk got it.
    """

    id = UUID(primary_key=True, default=None)
    digest = Varchar(length=64, default=None)
    length = BigInt(default=None)
    mime = Varchar(length=100, default=None)
    stored_at = Timestamptz(default=None)
    stored_by = Varchar(length=80, default=None)
    probe = Text(null=True, default=None)
    probed_at = Timestamptz(null=True, default=None)
    sm3 = Varchar(length=64, null=True, default=None)
    remote_at = Timestamptz(null=True, default=None)
    remote_tag = Varchar(length=200, null=True, default=None)
    depot = Varchar(length=32, null=True, default=None)


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

    `length` is null only while a client has deferred it. `depot`: on whose disk the staging file is; `wanted`: which
    depot asks for it; `passing`: how many bytes of it lie in the object store, on their way to `depot`.
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
    depot = Varchar(length=32, null=True, default=None)
    wanted = Varchar(length=32, null=True, default=None)
    passing = BigInt(null=True, default=None)


class Depot(Table, tablename="depot"):
    """The media folder of one data directory, by the id that lies in it; processes that share the folder share it.

    `seen_at`: when one of them was last there; `kid`: the server's key that they sign with.
    """

    id = Varchar(length=32, primary_key=True, default=None)
    seen_at = Timestamptz(default=None)
    kid = Varchar(length=43, default=None)


class BlobClaim(Table, tablename="blob_claim"):
    """Stored bytes are here for an authority: one of its own brought them whole, or they were made for it.

    No other authority is told of them. `id` is authority and digest, so that one statement asks for both.
    """

    id = Varchar(length=101, primary_key=True, default=None)
    authority = UUID(default=None)
    digest = Varchar(length=64, default=None)
    claimed_at = Timestamptz(default=None)


class PublicCopy(Table, tablename="public_copy"):
    """An image made from an original for the public: without metadata, `boxes` (canonical JSON) painted over.

    Its bytes are a blob of their own under `copy`. `of` is the digest of the original. `authority`: whose it is, who
    alone is told of it; null where nobody can be named, and then nobody is.
    """

    id = UUID(primary_key=True, default=None)
    of = Varchar(length=64, default=None)
    copy = Varchar(length=64, default=None)
    width = Integer(default=None)
    height = Integer(default=None)
    boxes = Text(default=None)
    ground = Text(default=None)
    made_by = Varchar(length=80, default=None)
    made_at = Timestamptz(default=None)
    authority = UUID(null=True, default=None)


class MediaHold(Table, tablename="media_hold"):
    """A file that nothing may remove while any hold on it stands (legal hold).

    `authority`: whose hold it is, and who alone is told of it and ends it; null where nobody can be named.
    """

    id = UUID(primary_key=True, default=None)
    digest = Varchar(length=64, default=None)
    ground = Text(default=None)
    held_by = Varchar(length=80, default=None)
    held_at = Timestamptz(default=None)
    lifted_by = Varchar(length=80, null=True, default=None)
    lifted_at = Timestamptz(null=True, default=None)
    authority = UUID(null=True, default=None)


INDEXES = [
    UniqueIndex("blob", ("digest",)),
    UniqueIndex("derivative", ("blob", "name")),
    # One live upload for the same file of the same device: a creation whose answer was lost is repeated harmlessly.
    UniqueIndex("upload", ("owner", "digest", "length"), where="state IN ('receiving', 'complete')"),
    Index("upload", ("state", "created_at")),
    # The same while its length is still deferred.
    UniqueIndex("upload", ("owner", "digest"), where="length IS NULL AND state = 'receiving'"),
    Index("upload", ("digest",)),
    Index("upload", ("depot",), where="wanted IS NOT NULL", short="wanted"),
    Index("public_copy", ("of",)),
    AppendOnly("public_copy"),
    AppendOnly("blob_claim"),
    # What the object store does not have yet, the oldest first.
    Index("blob", ("id",), where="remote_at IS NULL"),
    UniqueIndex("media_hold", ("digest", "authority"), where="lifted_at IS NULL"),
]
