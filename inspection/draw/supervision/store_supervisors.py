"""All queries of what supervisors registered: chains of links, and public keys for the escrow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.draw.tables import SupervisorChain, SupervisorKey
from inspection.kernel.errors import NotFound
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A supervisor's chain: `latest` is the link that came out last (the head before any), `used` how many did."""

    id: UUID
    authority: UUID
    name: str
    holder: str
    head: bytes
    latest: bytes
    used: int
    registered_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A supervisor's public key (P-256, uncompressed point, 65 bytes)."""

    id: UUID
    authority: UUID
    holder: str
    public_key: bytes = field(repr=False)
    fingerprint: str
    registered_at: datetime
    retired_at: datetime | None


async def add_chain(row: ChainRow) -> None:
    await bulk_insert(SupervisorChain, [{name: getattr(row, name) for name in ChainRow.__slots__}])


async def chain(chain_id: UUID, *, lock: bool = False) -> ChainRow:
    """One chain; with `lock`, nobody else takes a link until this unit of work ends.

    Raises:
        NotFound: `draw.chain_unknown`.
    """
    if lock:
        await SupervisorChain.raw(f"SELECT id FROM supervisor_chain WHERE id = {{}}{for_update()}", chain_id)
    row = await SupervisorChain.select().where(SupervisorChain.id == chain_id).first()
    if row is None:
        raise NotFound(ProblemCode.NOT_FOUND, "draw.chain_unknown", chain=str(chain_id))
    return _chain(row)


async def chains(authority: UUID) -> list[ChainRow]:
    """All chains of an authority, the oldest first."""
    table = SupervisorChain
    rows = await table.select().where(table.authority == authority).order_by(table.registered_at, table.id)
    return [_chain(row) for row in rows]


async def chains_in_use() -> list[ChainRow]:
    """The chains of all authorities that were not taken out of use."""
    table = SupervisorChain
    rows = await table.select().where(table.retired_at.is_null()).order_by(table.registered_at, table.id)
    return [_chain(row) for row in rows]


async def change_chain(chain_id: UUID, columns: Mapping[str, Any]) -> None:
    """Set some columns of a chain."""
    await SupervisorChain.update(dict(columns)).where(SupervisorChain.id == chain_id)  # type: ignore[arg-type]


async def add_key(row: KeyRow) -> None:
    await bulk_insert(SupervisorKey, [{name: getattr(row, name) for name in KeyRow.__slots__}])


async def key(key_id: UUID) -> KeyRow:
    """One supervisor's key.

    Raises:
        NotFound: `draw.key_unknown`.
    """
    row = await SupervisorKey.select().where(SupervisorKey.id == key_id).first()
    if row is None:
        raise NotFound(ProblemCode.NOT_FOUND, "draw.key_unknown", key_id=str(key_id))
    return _key(row)


async def keys(authority: UUID) -> list[KeyRow]:
    """All supervisors' keys of an authority, the oldest first."""
    table = SupervisorKey
    rows = await table.select().where(table.authority == authority).order_by(table.registered_at, table.id)
    return [_key(row) for row in rows]


async def retire_key(key_id: UUID, at: datetime) -> None:
    """No draw is escrowed under it from now on."""
    await SupervisorKey.update({SupervisorKey.retired_at: at}).where(SupervisorKey.id == key_id)


def _chain(row: Mapping[str, Any]) -> ChainRow:
    told = {name: row[name] for name in ChainRow.__slots__}
    return ChainRow(**told | _uuids(row) | {"head": bytes(row["head"]), "latest": bytes(row["latest"])})


def _key(row: Mapping[str, Any]) -> KeyRow:
    told = {name: row[name] for name in KeyRow.__slots__}
    return KeyRow(**told | _uuids(row) | {"public_key": bytes(row["public_key"])})


def _uuids(row: Mapping[str, Any]) -> dict[str, UUID]:
    return {"id": plain_uuid(row["id"]), "authority": plain_uuid(row["authority"])}
