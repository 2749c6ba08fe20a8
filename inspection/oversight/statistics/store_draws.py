"""Queries of draws, changes, tasks, objections and penalties: numbers that draws have made public, and the office's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from inspection.draw.ceremony import DrawState
from inspection.draw.changes.terms import ChangeKind, ChangeState
from inspection.draw.told.monitoring import RESULT
from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import day_of
from inspection.oversight.statistics.spans import Span, numbered
from inspection.policy.terms import TaskKind
from inspection.publicity.objections.rows import ObjectionState

_FROZEN = "d.authority = {} AND d.frozen_at >= {} AND d.frozen_at < {} AND "


def _asked(authority: UUID, span: Span, states: Collection[DrawState]) -> tuple[str, tuple[Any, ...]]:
    """The condition for the draws `d` of these states in the span, and what it asks for."""
    named = sorted(state.value for state in states)
    return f"{_FROZEN}d.state IN ({', '.join('{}' for _ in named)})", (authority, span.begin, span.end, *named)


@dataclass(frozen=True, slots=True)
class DrawnTask:
    """A task that was drawn in a part of the span; `drawn`: the quotas of its cells."""

    task: UUID
    unit: UUID | None
    part: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Objections:
    """Objections of one state; `late`: decided after their due day, or due by now and not decided."""

    state: ObjectionState
    count: int
    late: int


async def drawn_tasks(authority: UUID, span: Span, states: Collection[DrawState] = RESULT) -> list[DrawnTask]:
    """The tasks of the draws that were frozen in the span and are in one of `states`: those that have a result."""
    part, ends = numbered("d.frozen_at", span.parts)
    where, values = _asked(authority, span, states)
    rows = await ask(
        f"SELECT t.id AS task, t.unit AS unit, {part} AS part, SUM(c.quota) AS n "
        "FROM draw d JOIN draw_cell c ON c.draw = d.id "
        "LEFT JOIN draw_task dt ON dt.draw = d.id AND dt.position = COALESCE(c.task, 0) "
        f"JOIN task t ON t.id = COALESCE(dt.task, d.task) WHERE {where} GROUP BY 1, 2, 3",
        *ends,
        *values,
    )
    return [
        DrawnTask(
            plain_uuid(row["task"]), plain_uuid(row["unit"]) if row["unit"] else None, row["part"], int(row["n"] or 0)
        )
        for row in rows
    ]


async def frames(authority: UUID, span: Span, states: Collection[DrawState] = RESULT) -> int:
    """抽查基数: the rows of the frames of the draws of the span that are in one of `states`."""
    where, values = _asked(authority, span, states)
    rows = await ask(f"SELECT SUM(d.frame_rows) AS n FROM draw d WHERE {where}", *values)
    return int(rows[0]["n"] or 0)


async def changes(authority: UUID, span: Span, states: Collection[DrawState] = RESULT) -> Mapping[ChangeKind, int]:
    """By kind, the settled changes of the draws of the span that are in one of `states`."""
    where, values = _asked(authority, span, states)
    rows = await ask(
        "SELECT c.kind AS kind, COUNT(*) AS n FROM draw d JOIN draw_change c ON c.draw = d.id "
        f"WHERE {where} AND c.state = {{}} GROUP BY 1",
        *values,
        ChangeState.SETTLED.value,
    )
    return {ChangeKind(row["kind"]): row["n"] for row in rows}


async def outside(authority: UUID, span: Span) -> int:
    """How many tasks outside the draw were preset in the span."""
    rows = await ask(
        "SELECT COUNT(*) AS n FROM task WHERE authority = {} AND kind <> {} AND preset_at >= {} AND preset_at < {}",
        authority,
        TaskKind.RANDOM.value,
        span.begin,
        span.end,
    )
    return int(rows[0]["n"])


async def objections(authority: UUID, span: Span, today: date) -> list[Objections]:
    """Objections that were received in the span, by state."""
    settled = "CASE WHEN decided_at IS NULL THEN {} ELSE " + day_of("decided_at") + " END"
    rows = await ask(
        f"SELECT state, COUNT(*) AS n, SUM(CASE WHEN due_on < {settled} THEN 1 ELSE 0 END) AS late "
        "FROM objection WHERE authority = {} AND received_at >= {} AND received_at < {} GROUP BY 1",
        today,
        authority,
        span.begin,
        span.end,
    )
    return [Objections(ObjectionState(row["state"]), row["n"], int(row["late"] or 0)) for row in rows]


async def penalties(authority: UUID, span: Span) -> tuple[int, int]:
    """(penalties decided in the span, those of them that were annulled)."""
    rows = await ask(
        "SELECT COUNT(*) AS n, COUNT(a.id) AS annulled FROM penalty p "
        "LEFT JOIN penalty_annulment a ON a.penalty = p.id "
        "WHERE p.authority = {} AND p.decided_on >= {} AND p.decided_on <= {}",
        authority,
        span.first,
        span.last,
    )
    return int(rows[0]["n"]), int(rows[0]["annulled"])
