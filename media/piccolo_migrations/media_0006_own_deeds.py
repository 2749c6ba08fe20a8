"""Whose a hold and a copy for the public is: others who brought the same bytes are told of neither.

Of what came before: the authority of the account that did it; else the one that the bytes are here for, where there is
one only. What stays without one is told to nobody; a hold keeps the file all the same.
"""

from piccolo.columns import UUID

from inspection.kernel.database import current_engine
from inspection.kernel.indexes import AppendOnly, UniqueIndex
from inspection.kernel.steps import Filling, changing, column, table

ID = "2026-11-23T03:40:00:000006"
DESCRIPTION = "Whose a hold and a copy for the public is"

WIDENED = [
    table("PublicCopy", "public_copy", column("authority", UUID, null=True)),
    table("MediaHold", "media_hold", column("authority", UUID, null=True)),
]
WHOSE = (
    "UPDATE {0} SET authority = coalesce("
    "(SELECT a.authority FROM account a WHERE CAST(a.id AS text) = {0}.{1}), "
    "(SELECT c.authority FROM blob_claim c WHERE c.digest = {0}.{2} AND NOT EXISTS (SELECT 1 FROM blob_claim d "
    "WHERE d.digest = c.digest AND d.id <> c.id))) WHERE authority IS NULL"
)
KEPT = ("id", "of", "copy", "width", "height", "boxes", "ground", "made_by", "made_at")
FILLED = [
    Filling(WHOSE.format("media_hold", "held_by", "digest")),
    # Its rows are never changed: the new column is let go for this one statement of the transaction.
    AppendOnly("public_copy", KEPT),
    Filling(WHOSE.format("public_copy", "made_by", "of")),
    AppendOnly("public_copy"),
]
DROPPED = [UniqueIndex("media_hold", ("digest",), where="lifted_at IS NULL")]
"""It let one authority hold a file only: the next one was shown the first one's hold."""


async def forwards():
    manager = changing("media", ID, DESCRIPTION, [], WIDENED, FILLED)
    manager.add_raw(_drop)
    return manager


async def _drop():
    for index in DROPPED:
        await current_engine().run_ddl(f'DROP INDEX IF EXISTS "{index.name}"')
