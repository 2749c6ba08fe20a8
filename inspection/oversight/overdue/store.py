"""Queries of what was not done by its day, over the rows of other rooms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import as_day, as_instant, ask
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import day_of, days_from, one_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A thing with its day. `done_on` None: it is not done; `people`: ids of accounts, of who had it in hand."""

    id: str
    name: str
    due_on: date
    done_on: date | None
    people: tuple[str, ...]
    provisional: bool = False


# What the law keeps in waits for no day. What is out and what is not have an index by day each.
_SPAN: Final = "authority = {} AND due_on >= {} AND due_on <= {} AND state <> 'withheld'"
_OUT_LATE: Final = f"FROM publication WHERE {_SPAN} AND late AND published_at IS NOT NULL"
_NOT_OUT: Final = f"FROM publication WHERE {_SPAN} AND published_at IS NULL AND due_on < {{}}"
_PUBLICATIONS: Final = (
    "SELECT publication.id, publication.object_name AS name, publication.due_on, publication.published_at AS done_at, "
    "publication.due_provisional AS provisional, visit.approved_by AS first, publication.approved_by AS second "
    "FROM (SELECT * FROM publication WHERE {}) AS publication JOIN visit ON visit.id = publication.visit"
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


async def publications(authority: UUID, first: date, last: date, today: date, most: int | None = None) -> list[Kept]:
    """Results due in the span that are not out, or went out late; the latest of them where `most` are asked for."""
    days = days_from("due_on", day_of("published_at"))
    limit, args = ("", ()) if most is None else (" LIMIT {}", (most,))
    span = authority, first, last
    late = f"SELECT id {_OUT_LATE} AND visit IS NOT NULL AND {days} > 0 ORDER BY {days} DESC, id{limit}"
    still = f"SELECT id {_NOT_OUT} AND visit IS NOT NULL ORDER BY due_on, id{limit}"
    ids = [str(row["id"]) for row in [*await ask(late, *span, *args), *await ask(still, *span, today, *args)]]
    return [_row(row) for row in await ask(_PUBLICATIONS, one_of("id", ids))]


async def count_publications(authority: UUID, first: date, last: date, today: date) -> int:
    """How many there are."""
    days = days_from("due_on", day_of("published_at"))
    span = authority, first, last
    late = await ask(f"SELECT COUNT(*) AS n {_OUT_LATE} AND visit IS NOT NULL AND {days} > 0", *span)
    still = await ask(f"SELECT COUNT(*) AS n {_NOT_OUT} AND visit IS NOT NULL", *span, today)
    return int(late[0]["n"]) + int(still[0]["n"])


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
