"""Queries of reviews and outcomes."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from inspection.visits.rows import FieldRemark, OutcomeRow, ReturnedPoint, ReviewRow
from inspection.visits.states import ReviewDecision
from inspection.visits.tables import Outcome, Review, ReviewRemark

_REVIEW = (
    "id",
    "visit",
    "decision",
    "seen",
    "remarks",
    "media_certified",
    "through",
    "by",
    "by_name",
    "at",
    "cut",
    "fold",
    "correct_by",
)
_OUTCOME = (
    *("id", "visit", "task", "item", "codes", "findings", "follow_up", "override_reason", "state_digest"),
    *("inspected_on", "formed_at", "formed_by", "replaces", "rectify_by"),
    *("problems", "handling"),
)


async def add_review(row: ReviewRow) -> None:
    await bulk_insert(Review, [{name: getattr(row, name) for name in _REVIEW}])


async def reviews(visit: UUID) -> list[ReviewRow]:
    """All decisions on the visit, oldest first."""
    rows = await Review.select(*_REVIEW).where(Review.visit == visit).order_by(Review.at).order_by(Review.id)
    return [ReviewRow(**row) for row in rows]


async def approval(visit: UUID) -> ReviewRow | None:
    """The decision that approved the visit's record."""
    approved = [row for row in await reviews(visit) if row.decision == ReviewDecision.APPROVED]
    return approved[-1] if approved else None


async def add_remarks(review: UUID, remarks: Sequence[tuple[UUID, FieldRemark]]) -> None:
    """What a decision wants corrected, point by point, as (row id, remark)."""
    rows = [
        {"id": row_id, "review": review, "checklist": one.checklist, "item": one.item, "remark": one.remark}
        for row_id, one in remarks
    ]
    await bulk_insert(ReviewRemark, rows)


async def returned_points(visits: Collection[UUID]) -> list[ReturnedPoint]:
    """Every check point of these visits that was ever sent back, the oldest decision first."""
    if not visits:
        return []
    rows = await ask(
        "SELECT decided.id, decided.visit, decided.through, decided.at, told.checklist, told.item, told.remark "
        "FROM (SELECT id, visit, through, at FROM review WHERE {}) AS decided "
        "JOIN review_remark AS told ON told.review = decided.id",
        one_of("visit", [str(one) for one in visits]),
    )
    found = [
        ReturnedPoint(
            row["visit"],
            row["id"],
            row["through"],
            row["at"],
            FieldRemark(row["checklist"], row["item"], row["remark"]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.at, one.review, one.field.checklist, one.field.item))


async def add_outcomes(rows: Sequence[OutcomeRow]) -> None:
    await bulk_insert(
        Outcome,
        [
            {name: getattr(row, name) for name in _OUTCOME}
            | {"codes": _texts(row.codes), "follow_up": _texts(row.follow_up)}
            for row in rows
        ],
    )


async def outcomes(visit: UUID) -> list[OutcomeRow]:
    """All outcomes of the visit, corrected ones included, in the order they were formed."""
    return (await outcomes_of([visit])).get(visit, [])


async def outcomes_of(visits: Collection[UUID]) -> dict[UUID, list[OutcomeRow]]:
    """By visit, all its outcomes, corrected ones included, in the order they were formed."""
    named = ", ".join(f'"{name}"' for name in _OUTCOME)
    ids = [str(one) for one in visits]
    found: dict[UUID, list[OutcomeRow]] = {}
    for row in await ask(f"SELECT {named} FROM outcome WHERE {{}} ORDER BY formed_at, id", one_of("visit", ids)):
        one = _outcome(row)
        found.setdefault(one.visit, []).append(one)
    return found


def _texts(values: Sequence[str]) -> str:
    return canonical_json([str(value) for value in values]).decode()


def _outcome(row: Mapping[str, Any]) -> OutcomeRow:
    ids = {name: plain_uuid(row[name]) if row[name] else None for name in ("id", "visit", "task", "item", "replaces")}
    told = {name: tuple(json.loads(row[name])) for name in ("codes", "follow_up")}
    return OutcomeRow(**{**row, **ids, **told})
