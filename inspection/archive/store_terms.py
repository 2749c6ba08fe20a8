"""Queries of how long an authority keeps its dossiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.archive.tables import RetentionTerm
from inspection.kernel.ask import as_instant, ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update


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
