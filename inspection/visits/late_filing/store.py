"""Queries of visits that are filed afterwards."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update, one_of
from inspection.visits.late_filing.rows import FilingRow, LateTaskRow, OpeningRow, WaitingRow
from inspection.visits.late_filing.tables import LateFiling, LateTask
from inspection.visits.states import VisitState
from mobile_contract.entries import EntryType

_COLUMNS: Final = (
    *("visit", "authority", "begun_on", "known_at", "due_on", "due_provisional", "reminded_on"),
    *("filed_at", "filed_by", "dismissed_at", "dismissed_by", "reason"),
)
_NAMED: Final = ", ".join(_COLUMNS)
_OPEN: Final = "filed_at IS NULL AND dismissed_at IS NULL"


async def filing(visit: UUID) -> FilingRow | None:
    rows = await ask(f"SELECT {_NAMED} FROM late_filing WHERE visit = {{}}", visit)
    return _row(rows[0]) if rows else None


async def lock_filing(visit: UUID) -> FilingRow | None:
    """The filing, kept from others until commit."""
    rows = await ask(f"SELECT {_NAMED} FROM late_filing WHERE visit = {{}}{for_update()}", visit)
    return _row(rows[0]) if rows else None


async def add_filing(row: FilingRow) -> bool:
    """Insert it; whether it was not there yet."""
    values = [{name: getattr(row, name) for name in _COLUMNS}]
    return await bulk_insert(LateFiling, values, on_conflict="nothing") == 1


async def change_filing(visit: UUID, **values: Any) -> None:
    await LateFiling.update(**values).where(LateFiling.visit == visit)


async def filings(authority: UUID, *, ended: bool, limit: int) -> list[FilingRow]:
    """The filings of an authority: what is open, by the day it is due; `ended`: all, the newest first."""
    chosen = "authority = {} ORDER BY known_at DESC, visit LIMIT {}"
    if not ended:
        chosen = f"authority = {{}} AND {_OPEN} ORDER BY due_on, known_at, visit LIMIT {{}}"
    return [_row(row) for row in await ask(f"SELECT {_NAMED} FROM late_filing WHERE {chosen}", authority, limit)]


async def add_task(row: LateTaskRow) -> None:
    await bulk_insert(LateTask, [{"task": row.task, "visit": row.visit, "visited_on": row.visited_on}])


async def late_task(task: UUID) -> LateTaskRow | None:
    """What a task was made for, if a visit was filed by it."""
    rows = await ask("SELECT task, visit, visited_on FROM late_task WHERE task = {}", task)
    return LateTaskRow(**rows[0]) if rows else None


async def tasks_of(visits: Collection[UUID]) -> dict[UUID, list[LateTaskRow]]:
    """By visit, the tasks that it was filed with, in the order of their ids."""
    found: dict[UUID, list[LateTaskRow]] = defaultdict(list)
    if visits:
        sql = "SELECT task, visit, visited_on FROM late_task WHERE {} ORDER BY task"
        for row in await ask(sql, one_of("visit", [str(one) for one in visits])):
            found[plain_uuid(row["visit"])].append(LateTaskRow(**row))
    return found


async def waiting(visits: Collection[UUID]) -> dict[UUID, list[WaitingRow]]:
    """By visit, what waits for it."""
    found: dict[UUID, list[WaitingRow]] = defaultdict(list)
    if visits:
        rows = await ask(
            "SELECT visit, inspector, reasons, COUNT(*) AS n FROM entry WHERE {} AND vseq IS NULL "
            "GROUP BY visit, inspector, reasons ORDER BY visit, inspector, reasons",
            one_of("visit", [str(one) for one in visits]),
        )
        for row in rows:
            reasons = frozenset(json.loads(row["reasons"]))
            found[plain_uuid(row["visit"])].append(WaitingRow(plain_uuid(row["inspector"]), reasons, int(row["n"])))
    return found


async def openings(visits: Collection[UUID]) -> dict[UUID, list[OpeningRow]]:
    """By visit, its entries `visit.open` whose bodies are here, whether they wait or not."""
    found: dict[UUID, list[OpeningRow]] = defaultdict(list)
    if not visits:
        return found
    rows = await ask(
        "SELECT visit, device, epoch, seq, inspector, reasons, body FROM entry WHERE {} AND type = {} "
        "AND body IS NOT NULL ORDER BY hash",
        one_of("visit", [str(one) for one in visits]),
        EntryType.VISIT_OPEN.value,
    )
    for row in rows:
        at, reasons = (row["epoch"], row["seq"]), frozenset(json.loads(row["reasons"]))
        who = plain_uuid(row["inspector"]), plain_uuid(row["device"])
        opening = OpeningRow(*who, at, bytes(row["body"]), reasons)
        found[plain_uuid(row["visit"])].append(opening)
    return found


async def beside(visits: Mapping[UUID, tuple[UUID, date]], authority: UUID) -> dict[UUID, tuple[UUID, ...]]:
    """By visit, others of the same object on the same day that are no secret: what it may have to be linked to.

    `visits`: by visit, its object and day.
    """
    if not visits:
        return {}
    objects = sorted({str(named) for named, _ in visits.values()})
    rows = await ask(
        "SELECT id, object, starts_on, ends_on FROM visit WHERE {} AND authority = {} AND state NOT IN ({}, {}) "
        "ORDER BY id",
        one_of("object", objects),
        authority,
        VisitState.SEALED.value,
        VisitState.CANCELLED.value,
    )
    known = [(plain_uuid(row["id"]), plain_uuid(row["object"]), row["starts_on"], row["ends_on"]) for row in rows]
    return {
        visit: tuple(
            other for other, of, first, last in known if other != visit and of == named and first <= day <= last
        )
        for visit, (named, day) in visits.items()
    }


def _row(row: Mapping[str, Any]) -> FilingRow:
    return FilingRow(**{**row, "visit": plain_uuid(row["visit"]), "authority": plain_uuid(row["authority"])})
