"""Queries of legal reviews: which outcomes need one, and what the legal office said of them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from inspection.visits.review import store as store_reviews
from inspection.visits.review.tables import LegalDue, LegalReview
from inspection.visits.rows import OutcomeRow
from inspection.visits.tables import Outcome


@dataclass(frozen=True, slots=True)
class DueRow:
    """That an outcome needs the legal office's word.

    `because`: `outcome:<code>`, `follow-up:<measure>`, `referral:<way>`.
    """

    id: UUID
    outcome: UUID
    visit: UUID
    authority: UUID
    because: tuple[str, ...]
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class LegalReviewRow:
    """The legal office's word on one outcome, as it was seen (`seen`: its digest, hex)."""

    id: UUID
    outcome: UUID
    seen: str
    agreed: bool
    reasons: str
    by: str
    by_name: str
    at: datetime


# Still to be settled: the outcome stands, and nobody of the legal office has agreed to it.
PENDING: Final = (
    "NOT EXISTS (SELECT 1 FROM legal_review told WHERE told.outcome = due.outcome AND told.agreed) "
    "AND NOT EXISTS (SELECT 1 FROM outcome later WHERE later.visit = due.visit AND later.replaces = due.outcome)"
)
OBJECTED: Final = "EXISTS (SELECT 1 FROM legal_review told WHERE told.outcome = due.outcome)"


async def add_due(rows: Sequence[DueRow]) -> None:
    """Ask for the review of these outcomes; of one that needs it already nothing changes."""
    named = [
        {
            "id": row.id,
            "outcome": row.outcome,
            "visit": row.visit,
            "authority": row.authority,
            "because": canonical_json(list(row.because)).decode(),
            "asked_at": row.asked_at,
        }
        for row in rows
    ]
    await bulk_insert(LegalDue, named, on_conflict="nothing")


async def due_of(visits: Collection[UUID]) -> list[DueRow]:
    """The outcomes of these visits that need or needed a review, the oldest first."""
    rows = await ask(
        "SELECT id, outcome, visit, authority, because, asked_at FROM legal_due WHERE {}",
        one_of("visit", [str(one) for one in visits]),
    )
    found = [
        DueRow(
            row["id"],
            row["outcome"],
            row["visit"],
            row["authority"],
            tuple(json.loads(row["because"])),
            row["asked_at"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.asked_at, one.outcome))


async def add_review(row: LegalReviewRow) -> None:
    await bulk_insert(
        LegalReview,
        [{name: getattr(row, name) for name in ("id", "outcome", "seen", "agreed", "reasons", "by", "by_name", "at")}],
    )


async def reviews_of(outcomes: Collection[UUID]) -> list[LegalReviewRow]:
    """What was said of these outcomes, the oldest first."""
    rows = await ask(
        'SELECT id, outcome, seen, agreed, reasons, "by", by_name, at FROM legal_review WHERE {}',
        one_of("outcome", [str(one) for one in outcomes]),
    )
    found = [LegalReviewRow(**{**row, "agreed": bool(row["agreed"])}) for row in rows]
    return sorted(found, key=lambda one: (one.at, one.id))


async def standing_of(visits: Collection[UUID]) -> dict[UUID, bool]:
    """By the first outcome of its task, those that wait for the legal office: True where it objected to what stands."""
    if not visits:
        return {}
    rows = await ask(
        f"SELECT first.id, {OBJECTED} AS objected FROM (SELECT outcome, visit FROM legal_due WHERE {{}}) AS due "
        "JOIN outcome result ON result.id = due.outcome "
        "JOIN outcome first ON first.visit = due.visit AND first.task = result.task AND first.replaces IS NULL "
        f"WHERE {PENDING}",
        one_of("visit", [str(one) for one in visits]),
    )
    return {plain_uuid(row["id"]): bool(row["objected"]) for row in rows}


async def visit_of(outcome: UUID) -> UUID | None:
    """The visit of an outcome; None when there is no such outcome."""
    row = await Outcome.select(Outcome.visit).where(Outcome.id == outcome).first()
    return plain_uuid(row["visit"]) if row else None


@dataclass(frozen=True, slots=True)
class PendingOutcome:
    """An outcome that the legal office has not agreed to; `objected`: it has said why not."""

    outcome: OutcomeRow
    objected: bool


async def pending_of(visits: Collection[UUID]) -> dict[UUID, tuple[PendingOutcome, ...]]:
    """By visit, the outcomes that stand and that the legal office has not agreed to, the oldest first."""
    rows = await ask(
        f"SELECT due.outcome, due.visit, {OBJECTED} AS objected "
        f"FROM (SELECT outcome, visit FROM legal_due WHERE {{}}) AS due WHERE {PENDING}",
        one_of("visit", [str(one) for one in visits]),
    )
    objected = {plain_uuid(row["outcome"]): bool(row["objected"]) for row in rows}
    outcomes = await store_reviews.outcomes_of({plain_uuid(row["visit"]) for row in rows})
    return {
        visit: tuple(PendingOutcome(one, objected[one.id]) for one in own if one.id in objected)
        for visit, own in outcomes.items()
    }
