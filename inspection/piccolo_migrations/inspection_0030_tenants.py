"""What another authority holds keeps nothing out of this one's register; events go out beside results."""

from piccolo.columns import Integer, Text, Timestamptz, Varchar

from inspection.kernel.database import current_engine
from inspection.kernel.indexes import UniqueIndex
from inspection.kernel.steps import Filling, Loosened, changing, column, reference, table

ID = "2026-11-22T14:00:00:000030"
DESCRIPTION = "Certificates are unique within an authority; events go out beside results"

WIDENED = [
    table("Certificate", "certificate", reference("authority", "Authority", "authority", null=True)),
    table(
        "Channel",
        "channel",
        column("events", Text, null=True),
        column("turn", Integer, null=True),
        column("turned_at", Timestamptz, null=True),
    ),
    table(
        "Delivery",
        "delivery",
        column("event", Varchar, length=200, null=True),
        column("subject", Varchar, length=120, null=True),
        column("body", Text, null=True),
    ),
]
LOOSENED = [Loosened("Delivery", "delivery", ("publication", "document"))]
FILLED = Filling(
    "UPDATE certificate SET authority = (SELECT i.authority FROM inspector i WHERE i.id = certificate.inspector) "
    "WHERE authority IS NULL"
)
EXTRAS = [
    UniqueIndex("certificate", ("authority", "issuer", "number")),
    UniqueIndex("delivery", ("channel", "event"), where="event IS NOT NULL"),
]
DROPPED = [UniqueIndex("certificate", ("issuer", "number"))]
"""It let one authority learn what another one had entered, and kept out whom both may send."""


async def forwards():
    manager = changing("inspection", ID, DESCRIPTION, [], WIDENED, [FILLED, *EXTRAS], LOOSENED)
    manager.add_raw(_drop)
    return manager


async def _drop():
    for index in DROPPED:
        await current_engine().run_ddl(f'DROP INDEX IF EXISTS "{index.name}"')
