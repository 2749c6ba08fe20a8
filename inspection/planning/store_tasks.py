"""Queries of tasks."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import JSON, canonical_json, digest_of
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update, one_of
from inspection.planning.facts import TaskFacts, TaskPapers
from inspection.planning.outside_rules import OutsideDraft
from inspection.planning.scope import DIMENSIONS, Scope
from inspection.planning.tables import Task
from inspection.planning.task_rules import Needs, TaskDraft
from inspection.planning.task_states import TaskState
from inspection.policy.terms import DrawMode, MatchKind, MatchMode, TaskKind

OUTSIDE = "outside"
"""What stands in the columns of the draw's modes where there is no draw."""


@dataclass(frozen=True, slots=True)
class TasksWanted:
    """Of which tasks a list is asked for: in these states (none: in all), outside the draw or not, of this version of
    an item, with this number."""

    states: frozenset[TaskState] = frozenset()
    outside: bool | None = None
    item: UUID | None = None
    number: str = ""


_KINDS = {"kind": TaskKind, "state": TaskState}
_MODES = {"draw_mode": DrawMode, "match_kind": MatchKind, "match_mode": MatchMode}
_PLAIN = (
    *("id", "authority", "unit", "plan_line", "item", "number", "name", "team_size", "scheme", "procedure"),
    *("starts_on", "ends_on", "rule_set", "rule_digest", "preset_by", "preset_at", "reviewed_by", "reviewed_at"),
    *("remarks", "completed_at", "reason", "basis", "source", "approve_by", "confirmed", "cap_override", "drawn_at"),
    *("filed_with", "filed_reference", "filed_by", "filed_at", "ended_by", "ended_at", "end_reason"),
)


async def lock_task(task_id: UUID) -> TaskFacts | None:
    """The task, its row locked until the end of the unit of work."""
    await Task.raw(f"SELECT id FROM task WHERE id = {{}}{for_update()}", task_id)
    return await task(task_id)


async def task(task_id: UUID) -> TaskFacts | None:
    rows = await ask("SELECT * FROM task WHERE id = {}", task_id)
    return _task(rows[0]) if rows else None


async def tasks_of(task_ids: Collection[UUID]) -> list[TaskFacts]:
    """Those that exist, by id."""
    rows = await ask("SELECT * FROM task WHERE {} ORDER BY id", one_of("id", [str(one) for one in task_ids]))
    return [_task(row) for row in rows]


async def with_plans(task_ids: Collection[UUID]) -> dict[UUID, tuple[TaskFacts, str | None]]:
    """By id, those that exist, each with its plan's name where it comes out of one."""
    if not task_ids:
        return {}
    rows = await ask(
        "SELECT wanted.*, plan.name AS plan_name FROM (SELECT * FROM task WHERE {}) AS wanted "
        "LEFT JOIN plan_line AS line ON line.id = wanted.plan_line "
        "LEFT JOIN annual_plan AS plan ON plan.id = line.plan",
        one_of("id", [str(one) for one in task_ids]),
    )
    return {plain_uuid(row["id"]): (_task(row), row["plan_name"]) for row in rows}


async def tasks(authority: UUID, state: TaskState | None = None) -> list[TaskFacts]:
    """All tasks of an authority, the newest first."""
    select = Task.select().where(Task.authority == authority)
    if state is not None:
        select = select.where(Task.state == state.value)
    return [_task(row) for row in await select.order_by(Task.preset_at, Task.number, ascending=False)]


async def task_page(authority: UUID, wanted: TasksWanted, *, before: UUID | None, limit: int) -> list[TaskFacts]:
    """A page of an authority's tasks, the newest first, those before the task `before`."""
    query = Task.select().where(Task.authority == authority)
    if wanted.states:
        query = query.where(Task.state.is_in(sorted(state.value for state in wanted.states)))
    if wanted.outside is not None:
        drawn = Task.kind == TaskKind.RANDOM.value
        query = query.where(Task.kind != TaskKind.RANDOM.value if wanted.outside else drawn)
    if wanted.item is not None:
        query = query.where(Task.item == wanted.item)
    if wanted.number:
        query = query.where(Task.number == wanted.number)
    if before is not None:
        query = query.where(Task.id < before)
    return [_task(row) for row in await query.order_by(Task.id, ascending=False).limit(limit)]


async def papers_of(task_ids: Collection[UUID]) -> dict[UUID, TaskPapers]:
    """By task, its scheme and procedure."""
    if not task_ids:
        return {}
    rows = await ask(
        "SELECT wanted.id, wanted.scheme, wanted.materials, known.body "
        "FROM (SELECT id, scheme, materials, procedure FROM task WHERE {}) AS wanted "
        "LEFT JOIN procedure AS known ON known.id = wanted.procedure",
        one_of("id", [str(one) for one in task_ids]),
    )
    return {plain_uuid(row["id"]): TaskPapers(row["scheme"], row["body"], _materials(row)) for row in rows}


async def add_task(task_id: UUID, draft: TaskDraft | OutsideDraft, **facts: Any) -> None:
    """Insert a task. `facts`: authority, unit, plan_line, item, number, state, rule_set, rule_digest, procedure,
    preset_by and preset_at.
    """
    nothing = dict.fromkeys(_PLAIN) | {"shortfall": None}
    fresh = {"id": task_id, "scheme_version": 1, **facts}
    await bulk_insert(Task, [{**nothing, **_columns(draft), **fresh}])


async def revise(task_id: UUID, draft: TaskDraft | OutsideDraft, **facts: Any) -> None:
    """Set what a draft says. `facts`: state, scheme_version, procedure, preset_by and preset_at."""
    await Task.update(**_columns(draft), **facts).where(Task.id == task_id)


async def change_task(task_id: UUID, **facts: Any) -> None:
    """Set columns by name."""
    await Task.update(**facts).where(Task.id == task_id)


async def set_review(task_id: UUID, state: TaskState, by: str, at: datetime, remarks: str | None) -> None:
    await change_task(task_id, state=state.value, reviewed_by=by, reviewed_at=at, remarks=remarks)


def shortfall_text(told: Mapping[str, JSON]) -> str:
    """A shortfall as it is kept."""
    return canonical_json(dict(told)).decode()


def _columns(draft: TaskDraft | OutsideDraft) -> dict[str, Any]:
    common = {
        "name": draft.name,
        "team_size": draft.team_size,
        "scheme": draft.scheme,
        "scheme_digest": digest_of(draft.scheme),
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "materials": _json(list(draft.materials)),
        "needs": _json({"qualifications": list(draft.needs.qualifications), "expertise": draft.needs.expertise}),
    }
    return common | (_drawn(draft) if isinstance(draft, TaskDraft) else _named(draft))


def _drawn(draft: TaskDraft) -> dict[str, Any]:
    return {
        "kind": TaskKind.RANDOM.value,
        "draw_mode": draft.draw_mode.value,
        "match_kind": draft.match_kind.value,
        "match_mode": draft.match_mode.value,
        "filter": _filter(draft.scope),
        "ratio_num": draft.ratio.numerator,
        "ratio_den": draft.ratio.denominator,
        "lead": draft.lead.strip() or None,
        "participants": _json([name.strip() for name in draft.participants]),
        "named_objects": _json([]),
        "named_inspectors": _json([str(one) for one in draft.inspectors]),
    }


def _named(draft: OutsideDraft) -> dict[str, Any]:
    return {
        "kind": draft.kind.value,
        **dict.fromkeys(_MODES, OUTSIDE),
        "filter": _filter(Scope()),
        "ratio_num": 1,
        "ratio_den": 1,
        "lead": None,
        "participants": _json([]),
        "reason": draft.reason.strip(),
        "basis": draft.basis.strip(),
        "source": draft.source.strip(),
        "named_objects": _json([str(one) for one in draft.objects]),
        "named_inspectors": _json([str(one) for one in draft.inspectors]),
        "approve_by": draft.approve_by,
        "cap_override": draft.cap_override.strip() or None,
    }


def _filter(scope: Scope) -> str:
    return _json({name: list(getattr(scope, name)) for name in DIMENSIONS})


def _json(value: JSON) -> str:
    return canonical_json(value).decode()


def _task(row: Mapping[str, Any]) -> TaskFacts:
    facts: dict[str, Any] = {name: row[name] for name in _PLAIN}
    facts |= {name: kind(row[name]) for name, kind in _KINDS.items()}
    facts |= {name: None if row[name] == OUTSIDE else mode(row[name]) for name, mode in _MODES.items()}
    needs = json.loads(row["needs"] or "{}")
    return TaskFacts(
        **facts,
        scope=Scope(**{name: tuple(values) for name, values in json.loads(row["filter"]).items()}),
        needs=Needs(tuple(needs.get("qualifications", ())), needs.get("expertise")),
        lead=row["lead"] or "",
        participants=tuple(json.loads(row["participants"] or "[]")),
        ratio=Fraction(row["ratio_num"], row["ratio_den"]),
        # Tasks of before the stamp: the first version of their scheme, digested now.
        scheme_version=row["scheme_version"] or 1,
        scheme_digest=row["scheme_digest"] or digest_of(row["scheme"]),
        objects=tuple(UUID(one) for one in json.loads(row["named_objects"] or "[]")),
        inspectors=tuple(UUID(one) for one in json.loads(row["named_inspectors"] or "[]")),
        materials=_materials(row),
        shortfall=json.loads(row["shortfall"]) if row["shortfall"] else None,
    )


def _materials(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(json.loads(row["materials"] or "[]"))
