"""All queries of the tokens that other systems hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.authority.systems import rules
from inspection.authority.systems.rules import TokenScope
from inspection.authority.systems.tables import SystemToken
from inspection.kernel.sql import bulk_insert


@dataclass(frozen=True, slots=True)
class SystemTokenRow:
    """A token as it is kept: never the token itself."""

    id: UUID
    authority: UUID
    account: UUID
    name: str
    scopes: frozenset[TokenScope]
    issued_at: datetime
    issued_by: str
    issued_name: str
    expires_at: datetime
    revoked_at: datetime | None = None
    used_on: date | None = None

    def good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


_PLAIN = ("id", "authority", "account", "name", "issued_at", "issued_by", "issued_name", "expires_at")


async def add(row: SystemTokenRow, token_hash: str) -> None:
    """Keep a new token by its SHA-256 (hex)."""
    told = {name: getattr(row, name) for name in _PLAIN}
    await bulk_insert(SystemToken, [{**told, "scopes": rules.spelt(row.scopes), "token_hash": token_hash}])


async def by_hash(token_hash: str) -> SystemTokenRow | None:
    """The token with this SHA-256, whatever became of it."""
    row = await SystemToken.select().where(SystemToken.token_hash == token_hash).first()
    return _row(row) if row else None


async def tokens(authority: UUID, *, before: UUID | None = None, limit: int = 100) -> list[SystemTokenRow]:
    """The tokens of an authority, the newest first, beginning behind `before`."""
    query = SystemToken.select().where(SystemToken.authority == authority)
    if before is not None:
        query = query.where(SystemToken.id < before)
    return [_row(row) for row in await query.order_by(SystemToken.id, ascending=False).limit(limit)]


async def token(token_id: UUID) -> SystemTokenRow | None:
    """One token by its id."""
    row = await SystemToken.select().where(SystemToken.id == token_id).first()
    return _row(row) if row else None


async def revoke(token_id: UUID, at: datetime) -> bool:
    """Let it open nothing from now on; False when it was revoked before."""
    told = (
        await SystemToken.update({SystemToken.revoked_at: at})
        .where(SystemToken.id == token_id, SystemToken.revoked_at.is_null())
        .returning(SystemToken.id)
    )
    return bool(told)


async def set_used(token_id: UUID, on: date) -> None:
    """The last day on which it was shown."""
    await SystemToken.update({SystemToken.used_on: on}).where(SystemToken.id == token_id)


def _row(row: Mapping[str, Any]) -> SystemTokenRow:
    told = {name: row[name] for name in (*_PLAIN, "revoked_at", "used_on")}
    return SystemTokenRow(**told, scopes=rules.read(row["scopes"]))
