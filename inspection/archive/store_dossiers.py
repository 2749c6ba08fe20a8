"""Queries of sealed dossiers, their further volumes, and how long they are kept. Rows leave as frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.archive.tables import Dossier, DossierVolume, RetentionTerm
from inspection.kernel.ask import as_instant, ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update


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


@dataclass(frozen=True, slots=True)
class TermRow:
    """Years for which an authority keeps its dossiers, asked for by one person; it holds once another one approved."""

    id: UUID
    authority: UUID
    years: int
    ground: str
    asked_by: str
    asked_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptDossier:
    """A dossier, and when its last volume was sealed."""

    number: str
    visit: UUID
    sealed_at: datetime


async def add_term(row: TermRow) -> None:
    await bulk_insert(RetentionTerm, [{name: getattr(row, name) for name in TermRow.__slots__}])


async def term(term_id: UUID) -> TermRow | None:
    """One, locked until commit."""
    rows = await RetentionTerm.raw(f"SELECT * FROM retention_term WHERE id = {{}}{for_update()}", term_id)
    return _term(rows[0]) if rows else None


async def approve(term_id: UUID, by: str, at: datetime) -> None:
    table = RetentionTerm
    await table.update({table.approved_by: by, table.approved_at: at}).where(table.id == term_id)


async def terms(authority: UUID) -> list[TermRow]:
    """All of an authority, the oldest first."""
    table = RetentionTerm
    rows = await table.select().where(table.authority == authority).order_by(table.asked_at, table.id)
    return [_term(row) for row in rows]


async def sealed_before(authority: UUID, before: datetime, limit: int) -> Sequence[KeptDossier]:
    """The dossiers whose last volume was sealed before that, the oldest first."""
    rows = await ask(
        "SELECT number, visit, sealed_at FROM (SELECT d.number AS number, d.visit AS visit, coalesce((SELECT "
        "max(v.sealed_at) FROM dossier_volume AS v WHERE v.dossier = d.id), d.sealed_at) AS sealed_at "
        "FROM dossier AS d WHERE d.authority = {}) AS kept WHERE sealed_at < {} ORDER BY sealed_at, number LIMIT {}",
        authority,
        before,
        limit,
    )
    return [KeptDossier(row["number"], plain_uuid(row["visit"]), as_instant(row["sealed_at"])) for row in rows]


def _term(row: dict[str, object]) -> TermRow:
    return TermRow(**{name: row[name] for name in TermRow.__slots__})  # type: ignore[arg-type]
