"""Queries of visits, their tasks and teams. Rows leave as frozen values."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from inspection.draw.tables import Draw, DrawTask
from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update, one_of
from inspection.visits.rows import DrawnTask, Member, ServedTask, VisitRow
from inspection.visits.states import UNNAMED, VisitState
from inspection.visits.tables import TeamMember, Visit, VisitTask

VISIT_COLUMNS: Final = (
    *("id", "authority", "object", "state", "year", "starts_on", "ends_on", "leader", "rule_set", "rule_digest"),
    *("created_at", "unsealed_at", "executed_at", "approved_at", "approved_by", "remarks"),
    "linked_to",
)

_NAMED: Final = ", ".join(f'"{name}"' for name in VISIT_COLUMNS)

# As text: every push of a tablet asks this, and building the query costs more than the query itself.
_SERVED: Final = (
    "SELECT served.id, served.visit, served.task, task.name AS task_name, served.item, item.code AS item_code, "
    "item.name AS item_name, served.checklist FROM visit_task served JOIN task ON task.id = served.task "
    "JOIN inspection_item item ON item.id = served.item WHERE {} ORDER BY served.id"
)


async def visit(visit_id: UUID) -> VisitRow | None:
    rows = await ask(f"SELECT {_NAMED} FROM visit WHERE id = {{}}", visit_id)
    return visit_row(rows[0]) if rows else None


async def lock_visit(visit_id: UUID) -> VisitRow | None:
    """The visit, kept from others until commit."""
    rows = await ask(f"SELECT {_NAMED} FROM visit WHERE id = {{}}{for_update()}", visit_id)
    return visit_row(rows[0]) if rows else None


async def visits(
    authority: UUID,
    *,
    states: Collection[VisitState] = (),
    leader: UUID | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[VisitRow]:
    """Visits of an authority by id, those behind `after`."""
    select = Visit.select(*VISIT_COLUMNS).where(Visit.authority == authority)
    if states:
        select = select.where(Visit.state.is_in([state.value for state in states]))
    if leader is not None:
        select = select.where(Visit.leader == leader)
    if after is not None:
        select = select.where(Visit.id > after)
    return [visit_row(row) for row in await select.order_by(Visit.id).limit(limit)]


async def add_visits(rows: Sequence[VisitRow]) -> None:
    await bulk_insert(
        Visit, [{name: getattr(row, name) for name in VISIT_COLUMNS} | {"state": row.state.value} for row in rows]
    )


async def change_visit(visit_id: UUID, **values: Any) -> None:
    await Visit.update(**values).where(Visit.id == visit_id)


# -- assembling ----------------------------------------------------------------------------------------------------


async def drawn_tasks(draw_id: UUID) -> list[DrawnTask]:
    """What the draw was made for, in the order of its tasks; the draw's row stays locked until commit.

    Empty when there is no such draw.
    """
    await Draw.raw(f"SELECT id FROM draw WHERE id = {{}}{for_update()}", draw_id)
    named = ("id", "item", "starts_on", "ends_on", "rule_set")
    first = await Draw.select(Draw.authority, *(f"task.{name}" for name in named)).where(Draw.id == draw_id)
    rows = await (
        DrawTask.select(DrawTask.draw.authority.as_alias("authority"), *(f"task.{name}" for name in named))
        .where(DrawTask.draw == draw_id)
        .order_by(DrawTask.position)
    )
    return [
        DrawnTask(
            draw=draw_id,
            authority=row["authority"],
            task=row["task.id"],
            item=row["task.item"],
            starts_on=row["task.starts_on"],
            ends_on=row["task.ends_on"],
            rule_set=row["task.rule_set"],
        )
        for row in rows or first
    ]


async def lock_objects(ids: Collection[UUID]) -> None:
    """Keep these objects for this command: two draws must not open two visits of one of them at the same moment. What
    is entered of them meanwhile is none of its business: imports enter marks of many objects, in an order of theirs.
    """
    wanted = one_of("id", [str(one) for one in ids])
    await ask(f"SELECT id FROM inspection_object WHERE {{}} ORDER BY id{for_update(referable=True)}", wanted)


async def overlapping(
    objects: Collection[UUID], states: Collection[VisitState], first: date, last: date
) -> list[VisitRow]:
    """Visits of these objects in one of these states whose window shares a day with `first` … `last`, oldest first.
    They stay as they are for others until commit: none of them is cancelled while a task joins it.
    """
    if not objects:
        return []
    wanted = (
        Visit.object.is_in(list(objects)),
        Visit.state.is_in([state.value for state in states]),
        Visit.starts_on <= last,
        Visit.ends_on >= first,
    )
    found = one_of("id", [str(row["id"]) for row in await Visit.select(Visit.id).where(*wanted)])
    await ask(f"SELECT id FROM visit WHERE {{}} ORDER BY id{for_update()}", found)
    # Asked again: whoever was waited for may have ended one.
    rows = await Visit.select(*VISIT_COLUMNS).where(*wanted).order_by(Visit.starts_on).order_by(Visit.id)
    return [visit_row(row) for row in rows]


async def tickets_served(draw_id: UUID) -> dict[UUID, UUID]:
    """Ticket → visit, of those tickets of the draw that have one."""
    rows = await VisitTask.select(VisitTask.ticket, VisitTask.visit).where(VisitTask.draw == draw_id)
    return {row["ticket"]: row["visit"] for row in rows}


async def add_tasks(rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of id, visit, task, item, checklist, draw, ticket."""
    await bulk_insert(VisitTask, rows)


async def add_members(rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of id, visit, inspector, slot, how, joined_at."""
    await bulk_insert(TeamMember, rows)


# -- tasks and team ------------------------------------------------------------------------------------------------


async def served_tasks(visit_ids: Collection[UUID]) -> list[ServedTask]:
    """The tasks these visits serve, by the order in which they joined."""
    if not visit_ids:
        return []
    rows = await ask(_SERVED, one_of("visit", [str(visit) for visit in visit_ids]))
    return [ServedTask(**row) for row in rows]


async def pin_checklist(tasks: Collection[UUID], checklist: UUID) -> None:
    """These tasks of visits (by the ids of their rows) are answered with this version from now on."""
    await VisitTask.update({VisitTask.checklist: checklist}).where(VisitTask.id.is_in(list(tasks)))


async def members(visit_id: UUID) -> list[Member]:
    """Everybody who was ever in the team, by slot."""
    rows = await ask(
        "SELECT inspector, slot, how, joined_at, left_at, left_reason FROM team_member WHERE visit = {} "
        "ORDER BY slot, id",
        visit_id,
    )
    return [Member(**row) for row in rows]


async def visits_of(inspector: UUID) -> list[UUID]:
    """Unsealed visits the inspector is in the team of, oldest first."""
    rows = await (
        TeamMember.select(TeamMember.visit)
        .where(
            TeamMember.inspector == inspector,
            TeamMember.left_at.is_null(),
            TeamMember.visit.unsealed_at.is_not_null(),
        )
        .order_by(TeamMember.visit)
    )
    return [row["visit"] for row in rows]


async def named_visits(task_id: UUID) -> list[UUID]:
    """Visits of the task whose object may be named, those that are one with another under its id; each once, by id."""
    rows = await VisitTask.select(VisitTask.visit, VisitTask.visit.linked_to).where(
        VisitTask.task == task_id,
        VisitTask.visit.unsealed_at.is_not_null(),
        VisitTask.visit.state.not_in([state.value for state in UNNAMED]),
    )
    return sorted({row["visit.linked_to"] or row["visit"] for row in rows})


async def visits_of_task(task_id: UUID) -> list[tuple[UUID, VisitState]]:
    """The visits of a task with their states, by id; of whom they are is not told."""
    rows = await ask(
        "SELECT visit.id, visit.state FROM visit_task served JOIN visit ON visit.id = served.visit "
        "WHERE served.task = {} ORDER BY visit.id",
        task_id,
    )
    return [(plain_uuid(row["id"]), VisitState(row["state"])) for row in rows]


async def unfinished_visits(task_id: UUID) -> int:
    """Visits of the task that are neither approved nor cancelled. Call with the task's row locked."""
    unfinished = VisitTask.visit.state.not_in([VisitState.APPROVED.value, VisitState.CANCELLED.value])
    return int(await VisitTask.count().where(VisitTask.task == task_id, unfinished))


def visit_row(row: Mapping[str, Any]) -> VisitRow:
    """The value of a row of VISIT_COLUMNS."""
    return VisitRow(**{**row, "state": VisitState(row["state"])})
