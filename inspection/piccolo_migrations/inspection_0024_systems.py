"""Tokens that other systems hold."""

from piccolo.columns import UUID, Date, Timestamptz, Varchar

from inspection.kernel.indexes import Index
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-22T08:30:00:000024"
DESCRIPTION = "Tokens that other systems hold"

TABLES = [
    table(
        "SystemToken",
        "system_token",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        reference("account", "Account", "account"),
        column("token_hash", Varchar, length=64, unique=True),
        column("name", Varchar, length=80),
        column("scopes", Varchar, length=200),
        column("issued_at", Timestamptz),
        column("issued_by", Varchar, length=80),
        column("issued_name", Varchar, length=120),
        column("expires_at", Timestamptz),
        column("revoked_at", Timestamptz, null=True),
        column("used_on", Date, null=True),
    ),
]
EXTRAS = [
    Index("system_token", ("authority", "id")),
    Index("system_token", ("account",)),
    Index("account", ("authority", "id")),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
