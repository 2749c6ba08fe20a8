"""Queries of the list of visits: those still at work by id, those carried out by their day, the newest first."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.visits.rows import VisitRow
from inspection.visits.states import VisitState
from inspection.visits.store import VISIT_COLUMNS, visit_row

_COLUMNS: Final = ", ".join(f'v."{name}"' for name in VISIT_COLUMNS)
_OF_ITEM: Final = " AND EXISTS (SELECT 1 FROM visit_task served WHERE served.visit = v.id AND served.item = {})"
_NEXT_DAY: Final = timedelta(days=1)


async def at_work(
    authority: UUID, states: Sequence[VisitState], item: UUID | None, on: date | None, before: UUID | None, limit: int
) -> list[VisitRow]:
    """Visits in these states, by id, those before `before`; `on`: a day of their window, or the day they began."""
    sql = f"SELECT {_COLUMNS} FROM visit v WHERE v.authority = {{}} AND {{}}"
    args: list[Any] = [authority, one_of("state", [state.value for state in states])]
    if item is not None:
        sql, args = sql + _OF_ITEM, [*args, item]
    if on is not None:
        sql, args = sql + " AND v.starts_on <= {} AND v.ends_on >= {}", [*args, on, on]
    if before is not None:
        sql, args = sql + " AND v.id < {}", [*args, before]
    return [visit_row(row) for row in await ask(f"{sql} ORDER BY v.id DESC LIMIT {{}}", *args, limit)]


async def carried_out(
    authority: UUID, item: UUID | None, on: date | None, before: tuple[datetime, UUID] | None, walk: int
) -> list[tuple[VisitRow, bool]]:
    """A stretch of `walk` visits that somebody made, the newest first, each with whether it serves the item and its
    record is approved. Whatever is asked for, no more of them are looked at.
    """
    sql = f"SELECT {_COLUMNS} FROM visit v WHERE v.authority = {{}} AND v.executed_at IS NOT NULL"
    args: list[Any] = [authority]
    if on is not None:
        first = datetime.combine(on, time(), BEIJING).astimezone(UTC)
        sql, args = sql + " AND v.executed_at >= {} AND v.executed_at < {}", [*args, first, first + _NEXT_DAY]
    if before is not None:
        sql += " AND (v.executed_at < {} OR (v.executed_at = {} AND v.id < {}))"
        args += [before[0], before[0], before[1]]
    rows = [
        visit_row(row) for row in await ask(f"{sql} ORDER BY v.executed_at DESC, v.id DESC LIMIT {{}}", *args, walk)
    ]
    serving = await _serving([row.id for row in rows], item)
    return [(row, row.state is VisitState.APPROVED and (item is None or row.id in serving)) for row in rows]


async def _serving(visits: Sequence[UUID], item: UUID | None) -> frozenset[UUID]:
    if item is None or not visits:
        return frozenset()
    named = one_of("visit", [str(one) for one in visits])
    rows = await ask("SELECT visit FROM visit_task WHERE {} AND item = {}", named, item)
    return frozenset(plain_uuid(row["visit"]) for row in rows)
