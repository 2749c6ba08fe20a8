"""`inspection.visits.store_given`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from inspection.planning.facts import TaskPapers
from inspection.visits.entries.store_given import StoredLine, Stretch
from inspection.visits.states import VisitState
from tests.simulator.memory import Tables

_LINE = ("vseq", "header", "body", "signature", "kid", "alg", "reasons")


def lines_of(t: Tables, stretches: Any) -> list[list[StoredLine]]:
    return [_lines(t, stretch) for stretch in stretches]


def _lines(t: Tables, stretch: Stretch) -> list[StoredLine]:
    rows = [row for row in t.entries.values() if row["visit"] == stretch.visit and row["vseq"] is not None]
    chosen = sorted((row for row in rows if stretch.after < row["vseq"] <= stretch.through), key=lambda r: r["vseq"])
    return [StoredLine(**{name: row[name] for name in _LINE}) for row in chosen[: stretch.most]]


def seen_by(t: Tables, inspectors: Any, visits: Any) -> dict[UUID, UUID | None]:
    wanted = set(inspectors)

    def seen(visit: UUID) -> bool:
        hidden = t.visits[visit].state in {VisitState.SEALED, VisitState.CANCELLED}
        return not hidden and any(one.inspector in wanted and one.left_at is None for one in t.members[visit])

    return {visit: t.visits[visit].linked_to for visit in visits if visit in t.visits and seen(visit)}


def papers_of(t: Tables, task_ids: Any) -> dict[UUID, Any]:
    """`inspection.planning.store_tasks`: no task here has papers of its own."""
    return {task: TaskPapers("", None) for task in task_ids}
