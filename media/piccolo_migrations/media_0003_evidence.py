"""What evidence asks of the store: a second digest, copies elsewhere, copies for the public, holds, deferred lengths."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import changing, column, table

ID = "2026-11-22T00:20:00:000003"
DESCRIPTION = "A second digest, copies elsewhere, copies for the public, holds, deferred lengths"

TABLES = [
    table(
        "PublicCopy",
        "public_copy",
        column("id", UUID, primary_key=True),
        column("of", Varchar, length=64),
        column("copy", Varchar, length=64),
        column("width", Integer),
        column("height", Integer),
        column("boxes", Text),
        column("ground", Text),
        column("made_by", Varchar, length=80),
        column("made_at", Timestamptz),
    ),
    table(
        "MediaHold",
        "media_hold",
        column("id", UUID, primary_key=True),
        column("digest", Varchar, length=64),
        column("ground", Text),
        column("held_by", Varchar, length=80),
        column("held_at", Timestamptz),
        column("lifted_by", Varchar, length=80, null=True),
        column("lifted_at", Timestamptz, null=True),
    ),
]
WIDENED = [
    table(
        "StoredBlob",
        "blob",
        column("sm3", Varchar, length=64, null=True),
        column("remote_at", Timestamptz, null=True),
        column("remote_tag", Varchar, length=200, null=True),
    ),
]
EXTRAS = [
    UniqueIndex("upload", ("owner", "digest"), where="length IS NULL AND state = 'receiving'"),
    Index("upload", ("digest",)),
    Index("public_copy", ("of",)),
    AppendOnly("public_copy"),
    Index("blob", ("id",), where="remote_at IS NULL"),
    UniqueIndex("media_hold", ("digest",), where="lifted_at IS NULL"),
]


async def forwards():
    return changing("media", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
