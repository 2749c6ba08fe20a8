"""Queries of what was required of one person, over the rows of other rooms. Of sealed visits there is nothing."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import as_day, as_instant, ask
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.oversight.diligence.facts import Written


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of something that somebody had in hand."""

    id: UUID
    name: str
    since: date | None
    due_on: date | None
    done_at: datetime | None
    led: bool = False


# Nobody may know of a sealed visit, nor of one that ended before its unsealing.
_TEAM = (
    "SELECT visit.id, object.name, visit.starts_on AS since, visit.ends_on AS due_on, visit.executed_at AS done_at, "
    "visit.leader FROM team_member member JOIN visit ON visit.id = member.visit "
    "JOIN inspection_object object ON object.id = visit.object WHERE member.inspector = {} AND member.left_at IS NULL "
    "AND visit.unsealed_at IS NOT NULL AND visit.state NOT IN ('sealed', 'cancelled') "
    "AND visit.starts_on <= {} AND visit.ends_on >= {} ORDER BY visit.starts_on, visit.id"
)
_RECORDS = (
    "SELECT visit.id, object.name, NULL AS since, NULL AS due_on, visit.approved_at AS done_at FROM visit "
    "JOIN inspection_object object ON object.id = visit.object WHERE visit.authority = {} AND visit.approved_by = {} "
    "AND visit.approved_at >= {} AND visit.approved_at < {} ORDER BY visit.approved_at, visit.id"
)
_PUBLICATIONS = (
    "SELECT id, object_name AS name, started_on AS since, due_on, approved_at AS done_at FROM publication "
    "WHERE authority = {} AND approved_by = {} AND approved_at >= {} AND approved_at < {} ORDER BY approved_at, id"
)
_OBJECTIONS = (
    "SELECT id, number AS name, received_at AS since_at, due_on, decided_at AS done_at FROM objection "
    "WHERE authority = {} AND reviewer = {} AND due_on >= {} AND received_at < {} AND state <> 'withdrawn' "
    "ORDER BY due_on, id"
)
_TASKS = (
    "SELECT id, number || ' ' || name AS name, NULL AS since, NULL AS due_on, {at} AS done_at FROM task "
    "WHERE authority = {{}} AND {by} = {{}} AND {at} >= {{}} AND {at} < {{}} ORDER BY {at}, id"
)
_PLANS = (
    "SELECT id, name, opens_on AS since, CASE WHEN version = 1 THEN due_on END AS due_on, "
    "COALESCE(approved_at, drafted_at) AS done_at FROM annual_plan WHERE authority = {} "
    "AND (drafted_by = {} OR approved_by = {}) AND drafted_at < {} AND COALESCE(approved_at, drafted_at) >= {} "
    "ORDER BY drafted_at, id"
)
_REPORTS = (
    "SELECT id, number AS name, NULL AS since, CASE WHEN version = 1 THEN due_on END AS due_on, "
    "COALESCE(approved_at, drafted_at) AS done_at FROM report WHERE authority = {} "
    "AND (drafted_by = {} OR approved_by = {}) AND drafted_at < {} AND COALESCE(approved_at, drafted_at) >= {} "
    "ORDER BY drafted_at, id"
)
_ITEMS = (
    "SELECT served.visit, item.code, item.name FROM visit_task served "
    "JOIN inspection_item item ON item.id = served.item WHERE {} ORDER BY item.code"
)


async def team_visits(inspector: UUID, first: date, last: date) -> list[Asked]:
    """The unsealed visits whose window touches the span and in whose team the inspector is."""
    rows = await ask(_TEAM, inspector, last, first)
    return [replace(_asked(row), led=_same(row["leader"], inspector)) for row in rows]


async def records(authority: UUID, account: str, since: datetime, until: datetime) -> list[Asked]:
    """The visits whose record a person approved in the span."""
    return [_asked(row) for row in await ask(_RECORDS, authority, account, since, until)]


async def publications(authority: UUID, account: str, since: datetime, until: datetime) -> list[Asked]:
    """The results whose publication a person approved in the span."""
    return [_asked(row) for row in await ask(_PUBLICATIONS, authority, account, since, until)]


async def objections(authority: UUID, account: str, first: date, until: datetime) -> list[Asked]:
    """The objections that a person took on and that were open or due in the span."""
    return [_asked(row) for row in await ask(_OBJECTIONS, authority, account, first, until)]


async def tasks_preset(authority: UUID, account: str, since: datetime, until: datetime) -> list[Asked]:
    sql = _TASKS.format(at="preset_at", by="preset_by")
    return [_asked(row) for row in await ask(sql, authority, account, since, until)]


async def tasks_reviewed(authority: UUID, account: str, since: datetime, until: datetime) -> list[Asked]:
    sql = _TASKS.format(at="reviewed_at", by="reviewed_by")
    return [_asked(row) for row in await ask(sql, authority, account, since, until)]


async def plans(authority: UUID, account: str, since: datetime, until: datetime) -> list[Asked]:
    """The plans that a person drafted or approved in the span."""
    return [_asked(row) for row in await ask(_PLANS, authority, account, account, until, since)]


async def reports(authority: UUID, account: str, since: datetime, until: datetime) -> list[Asked]:
    """The reports that a person drafted or approved in the span."""
    return [_asked(row) for row in await ask(_REPORTS, authority, account, account, until, since)]


async def items_of(visits: Collection[UUID]) -> dict[UUID, tuple[tuple[str, str], ...]]:
    """By visit, code and name of the items that were checked."""
    found: dict[UUID, dict[tuple[str, str], None]] = defaultdict(dict)
    for row in await _of_visits(_ITEMS, "visit", visits):
        found[plain_uuid(row["visit"])][row["code"], row["name"]] = None
    return {visit: tuple(items) for visit, items in found.items()}


async def written(inspector: UUID, visits: Collection[UUID]) -> dict[UUID, Written]:
    """By visit, what the inspector wrote of it."""
    sql = (
        "SELECT visit, hash, inspector, type, received_at FROM entry WHERE {} AND vseq IS NOT NULL ORDER BY visit, vseq"
    )
    held: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await _of_visits(sql, "visit", visits):
        if _same(row["inspector"], inspector):
            held[plain_uuid(row["visit"])].append(row)
    return {visit: _written(rows) for visit, rows in held.items()}


async def numbers_of(visits: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """By visit, under which numbers its results are public."""
    sql = "SELECT visit, number FROM publication WHERE {} AND number IS NOT NULL ORDER BY number"
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in await _of_visits(sql, "visit", visits):
        found[plain_uuid(row["visit"])].append(row["number"])
    return {visit: tuple(numbers) for visit, numbers in found.items()}


async def visits_of(publications: Collection[UUID], objections: Collection[UUID]) -> dict[UUID, UUID]:
    """By publication and by objection, its visit."""
    rows = [
        *await _of_visits("SELECT id, visit FROM publication WHERE {}", "id", publications),
        *await _of_visits("SELECT id, visit FROM objection WHERE {}", "id", objections),
    ]
    return {plain_uuid(row["id"]): plain_uuid(row["visit"]) for row in rows}


async def unsealed_visits(visits: Collection[UUID]) -> set[UUID]:
    """Those of these visits that anybody of the office may know of."""
    sql = "SELECT id FROM visit WHERE {} AND unsealed_at IS NOT NULL AND state <> 'sealed'"
    return {plain_uuid(row["id"]) for row in await _of_visits(sql, "id", visits)}


async def _of_visits(sql: str, column: str, wanted: Collection[UUID]) -> Sequence[Mapping[str, Any]]:
    return await ask(sql, one_of(column, sorted(str(one) for one in wanted))) if wanted else ()


def _asked(row: Mapping[str, Any]) -> Asked:
    return Asked(
        id=plain_uuid(row["id"]),
        name=str(row["name"]),
        since=as_day(row["since"]) if row.get("since") else None,
        due_on=as_day(row["due_on"]) if row["due_on"] else None,
        done_at=as_instant(row["done_at"]) if row["done_at"] else None,
    )


def _same(one: object, other: UUID) -> bool:
    return one is not None and plain_uuid(one) == other


def _written(rows: Sequence[Mapping[str, Any]]) -> Written:
    came = [as_instant(row["received_at"]) for row in rows]
    submitted = [as_instant(row["received_at"]) for row in rows if row["type"] == "submit"]
    digest = sha256_hex("\n".join(str(row["hash"]) for row in rows).encode())
    return Written(len(rows), min(came), max(came), digest, min(submitted, default=None))
