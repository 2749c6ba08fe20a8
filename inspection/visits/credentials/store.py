"""Queries of the credentials that were given."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import insert_new
from inspection.visits.states import VisitState
from inspection.visits.tables import VisitCredential


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A credential that was given, and what is so now. `state`: of its visit; `going`: whether the inspector is in the
    team of it, or of one that is one with it and not cancelled; `left`: the reasons for which they left any of these.
    """

    number: int
    visit: UUID
    inspector: UUID
    state: VisitState
    going: bool
    left: frozenset[str]


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
    which, value = ("v.ends_on >= {}", since) if number is None else ("c.number = {}", number)
    rows = await ask(
        "SELECT c.number, c.visit, c.inspector, v.state, w.state AS member_state, m.id AS member, m.left_at, "
        "m.left_reason FROM visit_credential AS c JOIN visit AS v ON v.id = c.visit "
        # By the object, which has an index and which they share.
        "JOIN visit AS w ON w.object = v.object AND (w.id = v.id OR w.linked_to = v.linked_to) "
        "LEFT JOIN team_member AS m ON m.visit = w.id AND m.inspector = c.inspector "
        f"WHERE {which} ORDER BY c.number",
        value,
    )
    found: list[GivenRow] = []
    for row in rows:
        one = _row(row)
        if found and found[-1].number == one.number:
            last = found.pop()
            one = replace(one, going=one.going or last.going, left=one.left | last.left)
        found.append(one)
    return found


def _row(row: dict[str, Any]) -> GivenRow:
    """The credential as one of the visits that are one tells of it."""
    gone = row["left_at"] is not None
    return GivenRow(
        number=row["number"],
        visit=plain_uuid(row["visit"]),
        inspector=plain_uuid(row["inspector"]),
        state=VisitState(row["state"]),
        going=row["member"] is not None and not gone and row["member_state"] != VisitState.CANCELLED.value,
        left=frozenset({row["left_reason"]} if gone and row["left_reason"] else ()),
    )
