"""Queries of the experts and assistants of tasks."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from inspection.kernel.sql import bulk_insert
from inspection.planning.facts import AssistantFacts
from inspection.planning.tables import TaskAssistant


async def of_task(task: UUID) -> list[AssistantFacts]:
    """Everybody who was ever attached, in the order in which it happened."""
    rows = (
        await TaskAssistant.select(
            TaskAssistant.inspector,
            TaskAssistant.inspector.staff_no,
            TaskAssistant.inspector.name,
            TaskAssistant.inspector.role,
            TaskAssistant.attached_by,
            TaskAssistant.attached_at,
            TaskAssistant.detached_at,
        )
        .where(TaskAssistant.task == task)
        .order_by(TaskAssistant.attached_at, TaskAssistant.inspector.staff_no)
    )
    return [
        AssistantFacts(
            row["inspector"],
            row["inspector.staff_no"],
            row["inspector.name"],
            row["inspector.role"],
            row["attached_by"],
            row["attached_at"],
            row["detached_at"],
        )
        for row in rows
    ]


async def add(task: UUID, people: Mapping[UUID, UUID], by: str, at: datetime) -> None:
    """`people`: new row's id → person."""
    told = {"task": task, "attached_by": by, "attached_at": at, "detached_by": None, "detached_at": None}
    await bulk_insert(TaskAssistant, [{"id": new_id, "inspector": person, **told} for new_id, person in people.items()])


async def attach_again(task: UUID, people: Collection[UUID], by: str, at: datetime) -> None:
    """People whose row is there from an earlier time; what was before stands in the journal."""
    now = {"attached_by": by, "attached_at": at, "detached_by": None, "detached_at": None}
    mine = (TaskAssistant.task == task) & TaskAssistant.inspector.is_in(list(people))
    await TaskAssistant.update({getattr(TaskAssistant, name): value for name, value in now.items()}).where(mine)


async def detach(task: UUID, person: UUID, by: str, at: datetime) -> None:
    mine = (TaskAssistant.task == task) & (TaskAssistant.inspector == person)
    await TaskAssistant.update({TaskAssistant.detached_by: by, TaskAssistant.detached_at: at}).where(mine)
