"""Queries of re-checks and of what became of what was to be put right. Rows leave as frozen values."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from inspection.planning.task_states import TaskState
from inspection.visits.follow_up.rows import RecheckResult, RecheckRow, SettledBy, SettledRow
from inspection.visits.follow_up.tables import FollowUpDue, Recheck, RectificationSettled

_RECHECK: Final = (
    *("id", "authority", "visit", "outcome", "task", "form", "due_on", "reason"),
    *("ordered_at", "ordered_by", "ordered_by_name"),
)
_SETTLED: Final = ("id", "outcome", "way", "recheck", "found", "result", "reason", "at", "by", "by_name")
_IDS: Final = ("id", "authority", "visit", "outcome", "task")


async def add_recheck(row: RecheckRow) -> None:
    await bulk_insert(Recheck, [{name: getattr(row, name) for name in _RECHECK}])


async def add_settled(row: SettledRow) -> None:
    values = {name: getattr(row, name) for name in _SETTLED}
    await bulk_insert(RectificationSettled, [values | {"way": row.way.value, "result": row.result.value}])


async def rechecks_of(visits: Collection[UUID]) -> list[RecheckRow]:
    """The re-checks of what these visits found, the oldest first."""
    return await _rechecks("visit", visits)


async def rechecks_by_task(tasks: Collection[UUID]) -> list[RecheckRow]:
    """The re-checks that these tasks were made for."""
    return await _rechecks("task", tasks)


async def recheck_of_form(visit: UUID, form: str) -> RecheckRow | None:
    """What was ordered with this form of this visit."""
    return next((row for row in await rechecks_of([visit]) if row.form == form), None)


async def rechecks_between(authority: UUID, after: UUID | None, limit: int) -> list[RecheckRow]:
    """A page of an authority's re-checks by id, those behind `after`."""
    rows = await ask(
        "SELECT id FROM recheck WHERE authority = {} AND id > {} ORDER BY id LIMIT {}",
        authority,
        after or UUID(int=0),
        limit,
    )
    return sorted(await _rechecks("id", [plain_uuid(row["id"]) for row in rows]), key=lambda one: one.id)


async def settled_of(outcomes: Collection[UUID]) -> list[SettledRow]:
    """What became of what these outcomes left to be put right, the oldest word first; newer words stand."""
    return await _settled("outcome", outcomes)


async def settled_by(found: Collection[UUID]) -> list[SettledRow]:
    """What these outcomes say of what earlier ones left to be put right."""
    return await _settled("found", found)


async def add_due(rows: Sequence[Mapping[str, Any]]) -> None:
    """That outcomes leave something to be done, as rows of `follow_up_due`."""
    await bulk_insert(FollowUpDue, rows)


async def unsettled_visits(authority: UUID) -> set[UUID]:
    """Visits of which something is still to be referred, put right or looked at again, corrected outcomes included."""
    rows = await ask(
        "SELECT due.visit FROM follow_up_due due WHERE due.authority = {} AND due.put_right AND NOT EXISTS "
        "(SELECT 1 FROM rectification_settled told WHERE told.outcome = due.outcome) "
        "UNION SELECT due.visit FROM follow_up_due due WHERE due.authority = {} AND due.refer AND NOT EXISTS "
        "(SELECT 1 FROM referral sent WHERE sent.outcome = due.outcome) "
        "UNION SELECT ordered.visit FROM recheck ordered WHERE ordered.authority = {} AND NOT EXISTS "
        "(SELECT 1 FROM rectification_settled told WHERE told.recheck = ordered.id)",
        authority,
        authority,
        authority,
    )
    return {plain_uuid(row["visit"]) for row in rows}


async def _rechecks(column: str, values: Collection[UUID]) -> list[RecheckRow]:
    if not values:
        return []
    named = ", ".join(_RECHECK)
    rows = await ask(f"SELECT {named} FROM recheck WHERE {{}}", one_of(column, [str(one) for one in values]))
    if not rows:
        return []
    tasks = await _tasks([plain_uuid(row["task"]) for row in rows])
    told = await _settled("recheck", [plain_uuid(row["id"]) for row in rows])
    by_recheck = {one.recheck: one for one in told}
    found = [_recheck(row, tasks[plain_uuid(row["task"])], by_recheck.get(plain_uuid(row["id"]))) for row in rows]
    return sorted(found, key=lambda one: (one.ordered_at, one.id))


async def _tasks(tasks: Sequence[UUID]) -> dict[UUID, tuple[str, TaskState, UUID | None]]:
    """Number, state and visit of each task."""
    rows = await ask(
        "SELECT task.id, task.number, task.state, served.visit FROM (SELECT id, number, state FROM task WHERE {}) "
        "AS task LEFT JOIN visit_task served ON served.task = task.id",
        one_of("id", [str(one) for one in tasks]),
    )
    return {
        plain_uuid(row["id"]): (
            row["number"],
            TaskState(row["state"]),
            plain_uuid(row["visit"]) if row["visit"] else None,
        )
        for row in rows
    }


async def _settled(column: str, values: Collection[UUID]) -> list[SettledRow]:
    if not values:
        return []
    named = ", ".join(f'"{name}"' for name in _SETTLED)
    rows = await ask(
        f"SELECT {named} FROM rectification_settled WHERE {{}}", one_of(column, [str(one) for one in values])
    )
    return sorted(map(_settled_row, rows), key=lambda one: (one.at, one.id))


def _recheck(
    row: Mapping[str, Any], task: tuple[str, TaskState, UUID | None], settled: SettledRow | None
) -> RecheckRow:
    ids = {name: plain_uuid(row[name]) for name in _IDS}
    number, state, went = task
    return RecheckRow(**{**row, **ids}, task_number=number, task_state=state, went=went, settled=settled)


def _settled_row(row: Mapping[str, Any]) -> SettledRow:
    ids = {name: plain_uuid(row[name]) if row[name] else None for name in ("id", "outcome", "recheck", "found")}
    known = {"way": SettledBy(row["way"]), "result": RecheckResult(row["result"])}
    return SettledRow(**{**row, **ids, **known})
