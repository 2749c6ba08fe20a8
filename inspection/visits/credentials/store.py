"""Queries of the credentials that were given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import insert_new
from inspection.visits.states import VisitState
from inspection.visits.tables import TeamMember, VisitCredential


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A credential that was given, and what is so now. `left_reason` is None while the inspector is in the team."""

    number: int
    visit: UUID
    inspector: UUID
    state: VisitState
    left: bool
    left_reason: str | None


async def numbers(visit: UUID, inspectors: Collection[UUID]) -> dict[UUID, int]:
    """By inspector, the place in the status list, of those who have one for this visit."""
    rows = await VisitCredential.select(VisitCredential.inspector, VisitCredential.number).where(
        VisitCredential.visit == visit, VisitCredential.inspector.is_in(list(inspectors))
    )
    return {plain_uuid(row["inspector"]): row["number"] for row in rows}


async def add(visit: UUID, rows: Collection[tuple[UUID, UUID, int]], at: datetime) -> set[UUID]:
    """Insert (id, inspector, number); returns the inspectors that were new."""
    values = [
        {"id": id_, "visit": visit, "inspector": inspector, "number": number, "first_at": at}
        for id_, inspector, number in rows
    ]
    return {plain_uuid(inspector) for inspector in await insert_new(VisitCredential, values, "inspector")}


async def given(*, since: date | None = None, number: int | None = None) -> list[GivenRow]:
    """What was given for visits that end on `since` or later, or the one of this number, by number."""
    query = VisitCredential.select(
        VisitCredential.number,
        VisitCredential.inspector,
        VisitCredential.visit.id.as_alias("visit"),
        VisitCredential.visit.state.as_alias("state"),
    )
    if since is not None:
        query = query.where(VisitCredential.visit.ends_on >= since)
    if number is not None:
        query = query.where(VisitCredential.number == number)
    rows = await query.order_by(VisitCredential.number)
    left = await _left({plain_uuid(row["visit"]) for row in rows})
    return [_row(row, left) for row in rows]


async def _left(visits: Collection[UUID]) -> dict[tuple[UUID, UUID], str | None]:
    """(visit, inspector) of everybody who is in no team any more, with the reason."""
    if not visits:
        return {}
    rows = await TeamMember.select(TeamMember.visit, TeamMember.inspector, TeamMember.left_reason).where(
        TeamMember.visit.is_in(list(visits)), TeamMember.left_at.is_not_null()
    )
    return {(plain_uuid(row["visit"]), plain_uuid(row["inspector"])): row["left_reason"] for row in rows}


def _row(row: dict[str, Any], left: dict[tuple[UUID, UUID], str | None]) -> GivenRow:
    visit, inspector = plain_uuid(row["visit"]), plain_uuid(row["inspector"])
    gone = (visit, inspector) in left
    return GivenRow(
        row["number"], visit, inspector, VisitState(row["state"]), gone, left.get((visit, inspector)) if gone else None
    )
