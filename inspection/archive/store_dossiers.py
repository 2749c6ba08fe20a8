"""Queries of sealed dossiers and their further volumes. Rows leave as frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.archive.tables import Dossier, DossierVolume
from inspection.kernel.sql import bulk_insert


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A sealed dossier, or a further volume of one: `digest` (SHA-256, hex) and `bytes` of the bundle.

    `volume` from 1 on; `follows`: the digest of the volume before it, None of the first.
    """

    id: UUID
    authority: UUID
    visit: UUID
    number: str
    digest: str
    bytes: int
    sealed_by: str
    sealed_at: datetime
    volume: int = 1
    follows: str | None = None


_FIRST: Final = ("id", "authority", "visit", "number", "digest", "bytes", "sealed_by", "sealed_at")
_FURTHER: Final = (*_FIRST, "volume", "follows")


async def volumes(visit: UUID) -> list[DossierRow]:
    """What is sealed of a visit: the dossier, then its further volumes; nothing before it is sealed."""
    first = await Dossier.select(*_FIRST).where(Dossier.visit == visit).first()
    if first is None:
        return []
    further = await DossierVolume.select(*_FURTHER).where(DossierVolume.visit == visit).order_by(DossierVolume.volume)
    return [DossierRow(**first), *(DossierRow(**row) for row in further)]


async def dossier(number: str) -> DossierRow | None:
    """The dossier or the volume under a number."""
    row = await Dossier.select(*_FIRST).where(Dossier.number == number).first()
    if row is None:
        row = await DossierVolume.select(*_FURTHER).where(DossierVolume.number == number).first()
    return DossierRow(**row) if row else None


async def dossiers(authority: UUID, limit: int = 100, before: tuple[datetime, UUID] | None = None) -> list[DossierRow]:
    """The newest dossiers and volumes of an authority, or those before a place."""
    kinds: Sequence[tuple[Any, Sequence[str]]] = ((Dossier, _FIRST), (DossierVolume, _FURTHER))
    found = [
        DossierRow(**row)
        for table, names in kinds
        for row in await table.select(*names)
        .where(_before(table, authority, before))
        .order_by(table.sealed_at, table.id, ascending=False)
        .limit(limit)
    ]
    return sorted(found, key=lambda row: (row.sealed_at, row.id), reverse=True)[:limit]


def _before(table: Any, authority: UUID, before: tuple[datetime, UUID] | None) -> Any:
    own = table.authority == authority
    if before is None:
        return own
    return own & ((table.sealed_at < before[0]) | ((table.sealed_at == before[0]) & (table.id < before[1])))


async def add_dossier(row: DossierRow, manifest: bytes) -> None:
    """Insert a sealed dossier; the database refuses to change it ever after."""
    values = {name: getattr(row, name) for name in _FIRST}
    await bulk_insert(Dossier, [{**values, "manifest": manifest.decode()}])


async def add_volume(first: UUID, row: DossierRow, manifest: bytes) -> None:
    """Insert a further volume of the dossier `first`, just as unchangeable."""
    values = {name: getattr(row, name) for name in _FURTHER}
    await bulk_insert(DossierVolume, [{**values, "dossier": first, "manifest": manifest.decode()}])
