"""Queries of the review queue: which visits wait, and since when, out of stored facts alone. Nothing is folded here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.visits.review.store_legal import PENDING


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A visit that may wait for a person, and since when; ordered as the queue is."""

    since: datetime
    visit: UUID


@dataclass(frozen=True, slots=True)
class Returned:
    """When a visit was last sent back, and until when it is to be corrected."""

    visit: UUID
    at: datetime
    correct_by: date | None


# What inspectors submitted, and what came under doubt, since the visit was last sent back; else when that was.
_SINCE: Final = (
    "COALESCE("
    "(SELECT MIN(e.received_at) FROM entry e WHERE e.visit = v.id AND e.type IN ('attest', 'submit') AND NOT EXISTS "
    "(SELECT 1 FROM review r WHERE r.visit = v.id AND r.at >= e.received_at)), "
    "(SELECT MIN(e.received_at) FROM entry e WHERE e.visit = v.id AND e.verdict = 'flagged' AND NOT EXISTS "
    "(SELECT 1 FROM review r WHERE r.visit = v.id AND r.at >= e.received_at)), "
    "(SELECT MAX(r.at) FROM review r WHERE r.visit = v.id))"
)
# Visits that are one wait together, under their canonical id.
_RECORDS: Final = (
    "SELECT told.id, MIN(told.since) AS since FROM ("
    f"SELECT COALESCE(v.linked_to, v.id) AS id, {_SINCE} AS since FROM visit v "
    "WHERE v.authority = {} AND v.state IN ('open', 'in-progress', 'returned')) AS told "
    "JOIN visit c ON c.id = told.id WHERE told.since IS NOT NULL"
)
_LEGAL: Final = (
    "SELECT due.visit AS id, MIN(due.asked_at) AS since FROM legal_due due "
    f"WHERE due.authority = {{}} AND {PENDING} GROUP BY due.visit"
)


async def records(
    authority: UUID, *, leader: UUID | None = None, after: Waiting | None = None, limit: int
) -> list[Waiting]:
    """Visits whose record is not settled and that somebody has submitted, sent back or put in doubt."""
    led = " AND c.leader = {}" if leader is not None else ""
    who = [authority] if leader is None else [authority, leader]
    return await page(f"{_RECORDS}{led} GROUP BY told.id", who, after, limit)


async def legal(authority: UUID, *, after: Waiting | None = None, limit: int) -> list[Waiting]:
    """Visits with an outcome that the legal office has not agreed to."""
    return await page(_LEGAL, [authority], after, limit)


async def page(sql: str, args: list[Any], after: Waiting | None, limit: int) -> list[Waiting]:
    """A page of a query of ids and instants, those behind `after`, the longest waiting first."""
    behind = " WHERE (since, id) > ({}, {})" if after is not None else ""
    keys = [] if after is None else [after.since, after.visit]
    rows = await ask(
        f"SELECT id, since FROM ({sql}) AS waiting{behind} ORDER BY since, id LIMIT {{}}", *args, *keys, limit
    )
    return [Waiting(instant(row["since"]), plain_uuid(row["id"])) for row in rows]


async def count(sql: str, args: list[Any]) -> int:
    """How many there are."""
    rows = await ask(f"SELECT COUNT(*) AS n FROM ({sql}) AS waiting", *args)
    return int(rows[0]["n"])


async def how_many(authority: UUID) -> tuple[int, int]:
    """How many visits wait with their record, and how many for the legal office."""
    return await count(f"{_RECORDS} GROUP BY told.id", [authority]), await count(_LEGAL, [authority])


async def last_returns(visits: Collection[UUID]) -> dict[UUID, Returned]:
    """By visit, when it was last sent back."""
    rows = await ask(
        "SELECT visit, at, correct_by FROM review WHERE decision = 'returned' AND {} ORDER BY at",
        one_of("visit", [str(one) for one in visits]),
    )
    return {plain_uuid(row["visit"]): Returned(plain_uuid(row["visit"]), row["at"], row["correct_by"]) for row in rows}


async def vouched_since(visits: Collection[UUID]) -> dict[UUID, datetime]:
    """By visit, when an inspector last submitted it."""
    rows = await ask(
        "SELECT visit, MAX(received_at) AS at FROM entry WHERE type IN ('attest', 'submit') AND {} GROUP BY visit",
        one_of("visit", [str(one) for one in visits]),
    )
    return {plain_uuid(row["visit"]): instant(row["at"]) for row in rows}


async def corrections(authority: UUID) -> list[Returned]:
    """Visits that were sent back and that nobody has submitted anew, those without a day among them."""
    rows = await ask(
        "SELECT r.visit, r.at, r.correct_by FROM visit v JOIN review r ON r.visit = v.id "
        "WHERE v.authority = {} AND v.state = 'returned' AND COALESCE(v.linked_to, v.id) = v.id "
        "AND NOT EXISTS (SELECT 1 FROM review later WHERE later.visit = v.id AND later.at > r.at) "
        "AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.visit = v.id AND e.type IN ('attest', 'submit') "
        "AND e.received_at > r.at)",
        authority,
    )
    return [Returned(plain_uuid(row["visit"]), row["at"], row["correct_by"]) for row in rows]


def instant(value: datetime | str) -> datetime:
    """SQLite knows no type of what an aggregate gives."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
