"""For which authority bytes are here: whoever has not brought them is not told of them.

Of what came before: whose account brought it, and whose record of a visit speaks of it. What tablets brought besides
is told by `sync_0005_claims`, behind the table of tablets.
"""

from piccolo.columns import UUID, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly
from inspection.kernel.steps import Filling, changing, column, table

ID = "2026-11-23T01:00:00:000005"
DESCRIPTION = "For which authority bytes are here"

TABLES = [
    table(
        "BlobClaim",
        "blob_claim",
        column("id", Varchar, length=101, primary_key=True),
        column("authority", UUID),
        column("digest", Varchar, length=64),
        column("claimed_at", Timestamptz),
    ),
]
CLAIMED = (
    "INSERT INTO blob_claim (id, authority, digest, claimed_at) "
    "SELECT CAST(o.authority AS text) || '/' || b.digest, o.authority, b.digest, b.stored_at FROM blob b "
)
FILLED = [
    Filling(f"{CLAIMED} JOIN account o ON CAST(o.id AS text) = b.stored_by WHERE 1 = 1 ON CONFLICT DO NOTHING"),
    Filling(
        f"{CLAIMED} JOIN custody_act a ON a.digest = b.digest JOIN visit o ON o.id = a.visit "
        "WHERE 1 = 1 ON CONFLICT DO NOTHING"
    ),
]
EXTRAS = [AppendOnly("blob_claim")]


async def forwards():
    return changing("media", ID, DESCRIPTION, TABLES, [], [*FILLED, *EXTRAS])
