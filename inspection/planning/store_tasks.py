"""Queries of tasks."""

import json
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert, for_update
from inspection.planning.facts import TaskFacts
from inspection.planning.tables import Task
from inspection.planning.task_rules import Scope, TaskDraft, TaskState
from inspection.policy.terms import DrawMode, MatchKind, MatchMode, TaskKind


async def lock_task(task_id: UUID) -> TaskFacts | None:
    """The task, its row locked until the end of the unit of work."""
    await Task.raw(f"SELECT id FROM task WHERE id = {{}}{for_update()}", task_id)
    return await task(task_id)


async def task(task_id: UUID) -> TaskFacts | None:
    row = await Task.select().where(Task.id == task_id).first()
    return _task(row) if row else None


async def tasks(authority: UUID, state: TaskState | None = None) -> list[TaskFacts]:
    """All tasks of an authority, the newest first."""
    select = Task.select().where(Task.authority == authority)
    if state is not None:
        select = select.where(Task.state == state.value)
    return [_task(row) for row in await select.order_by(Task.preset_at, Task.number, ascending=False)]


async def add_task(
    task_id: UUID,
    draft: TaskDraft,
    *,
    authority: UUID,
    unit: UUID | None,
    plan_line: UUID,
    item: UUID,
    number: str,
    rule_set: str,
    by: str,
    at: datetime,
) -> None:
    await bulk_insert(
        Task,
        [
            {
                "id": task_id,
                "authority": authority,
                "unit": unit,
                "plan_line": plan_line,
                "item": item,
                "number": number,
                "kind": TaskKind.RANDOM.value,
                **_columns(draft),
                "state": TaskState.PRESET.value,
                "rule_set": rule_set,
                "preset_by": by,
                "preset_at": at,
                "reviewed_by": None,
                "reviewed_at": None,
                "remarks": None,
                "completed_at": None,
            }
        ],
    )


async def revise(task_id: UUID, draft: TaskDraft, state: TaskState, by: str, at: datetime) -> None:
    facts = {**_columns(draft), "state": state.value, "preset_by": by, "preset_at": at}
    await Task.update(facts).where(Task.id == task_id)  # type: ignore[arg-type]


async def set_review(task_id: UUID, state: TaskState, by: str, at: datetime, remarks: str | None) -> None:
    await Task.update(
        {Task.state: state.value, Task.reviewed_by: by, Task.reviewed_at: at, Task.remarks: remarks}
    ).where(Task.id == task_id)


async def move_task(task_id: UUID, state: TaskState, completed_at: datetime | None = None) -> None:
    await Task.update({Task.state: state.value, Task.completed_at: completed_at}).where(Task.id == task_id)


def _columns(draft: TaskDraft) -> dict[str, Any]:
    scope = {"kinds": list(draft.scope.kinds), "scales": list(draft.scope.scales), "areas": list(draft.scope.areas)}
    return {
        "name": draft.name,
        "draw_mode": draft.draw_mode.value,
        "match_kind": draft.match_kind.value,
        "match_mode": draft.match_mode.value,
        "filter": canonical_json(scope).decode(),
        "ratio_num": draft.ratio.numerator,
        "ratio_den": draft.ratio.denominator,
        "team_size": draft.team_size,
        "scheme": draft.scheme,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
    }


def _task(row: Mapping[str, Any]) -> TaskFacts:
    scope = json.loads(row["filter"])
    return TaskFacts(
        id=row["id"],
        authority=row["authority"],
        unit=row["unit"],
        plan_line=row["plan_line"],
        item=row["item"],
        number=row["number"],
        name=row["name"],
        kind=TaskKind(row["kind"]),
        draw_mode=DrawMode(row["draw_mode"]),
        match_kind=MatchKind(row["match_kind"]),
        match_mode=MatchMode(row["match_mode"]),
        scope=Scope(tuple(scope["kinds"]), tuple(scope["scales"]), tuple(scope["areas"])),
        ratio=Fraction(row["ratio_num"], row["ratio_den"]),
        team_size=row["team_size"],
        scheme=row["scheme"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        state=TaskState(row["state"]),
        rule_set=row["rule_set"],
        preset_by=row["preset_by"],
        preset_at=row["preset_at"],
        reviewed_by=row["reviewed_by"],
        reviewed_at=row["reviewed_at"],
        remarks=row["remarks"],
        completed_at=row["completed_at"],
    )
