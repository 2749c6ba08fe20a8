"""Queries of what was not done by its day, over the rows of other rooms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from inspection.kernel.ask import as_day, as_instant, ask
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.ids import plain_uuid


@dataclass(frozen=True, slots=True)
class Kept:
    """A thing with its day. `done_on` None: it is not done; `people`: ids of accounts, of who had it in hand."""

    id: str
    name: str
    due_on: date
    done_on: date | None
    people: tuple[str, ...]
    provisional: bool = False


# What the law keeps in waits for no day.
_PUBLICATIONS = (
    "SELECT publication.id, publication.object_name AS name, publication.due_on, publication.published_at AS done_at, "
    "publication.due_provisional AS provisional, visit.approved_by AS first, publication.approved_by AS second "
    "FROM publication JOIN visit ON visit.id = publication.visit WHERE publication.authority = {} "
    "AND publication.due_on >= {} AND publication.due_on <= {} AND publication.state <> 'withheld' "
    "AND (publication.published_at IS NULL OR publication.late)"
)
_OBJECTIONS = (
    "SELECT id, number AS name, due_on, due_provisional AS provisional, reviewer AS first, NULL AS second, "
    "COALESCE(told_at, decided_at) AS done_at FROM objection "
    "WHERE authority = {} AND due_on >= {} AND due_on <= {} AND state <> 'withdrawn'"
)
_FILINGS = (
    "SELECT visit AS id, '' AS name, due_on, due_provisional AS provisional, filed_by AS first, NULL AS second, "
    "filed_at AS done_at FROM late_filing WHERE authority = {} AND due_on >= {} AND due_on <= {} "
    "AND dismissed_at IS NULL"
)
_PLANS = (
    "SELECT id, name, due_on, FALSE AS provisional, drafted_by AS first, approved_by AS second, "
    "approved_at AS done_at FROM annual_plan WHERE authority = {} AND due_on >= {} AND due_on <= {} AND version = 1"
)


async def publications(authority: UUID, first: date, last: date) -> list[Kept]:
    """Results due in the span that are not out, or went out late."""
    return await _kept(_PUBLICATIONS, authority, first, last)


async def objections(authority: UUID, first: date, last: date) -> list[Kept]:
    """Objections due in the span; done when the party was told, or at least when they were decided."""
    return await _kept(_OBJECTIONS, authority, first, last)


async def filings(authority: UUID, first: date, last: date) -> list[Kept]:
    """Visits to be filed afterwards, due in the span."""
    return await _kept(_FILINGS, authority, first, last)


async def plans(authority: UUID, first: date, last: date) -> list[Kept]:
    """First versions of plans due in the span; done when approved."""
    return await _kept(_PLANS, authority, first, last)


async def _kept(sql: str, authority: UUID, first: date, last: date) -> list[Kept]:
    return [_row(row) for row in await ask(sql, authority, first, last)]


def _row(row: Mapping[str, Any]) -> Kept:
    people = tuple(dict.fromkeys(str(row[name]) for name in ("first", "second") if row[name]))
    done = local_day(as_instant(row["done_at"])) if row["done_at"] else None
    return Kept(str(plain_uuid(row["id"])), row["name"], as_day(row["due_on"]), done, people, bool(row["provisional"]))
