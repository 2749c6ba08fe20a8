"""Queries of the experts and assistants of tasks."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from inspection.planning.facts import AssistantFacts
from inspection.planning.tables import TaskAssistant

_OF_TASKS: Final = (
    "SELECT there.task, there.inspector, person.staff_no, person.name, person.role, there.attached_by, "
    "there.attached_at, there.detached_at FROM (SELECT * FROM task_assistant WHERE {}) AS there "
    "JOIN inspector AS person ON person.id = there.inspector ORDER BY there.attached_at, person.staff_no"
)


async def of_task(task: UUID) -> list[AssistantFacts]:
    """Everybody who was ever attached, in the order in which it happened."""
    return (await of_tasks([task])).get(task, [])


async def of_tasks(tasks: Collection[UUID]) -> dict[UUID, list[AssistantFacts]]:
    """The same by task; those that nobody ever helped with are left out."""
    found: dict[UUID, list[AssistantFacts]] = defaultdict(list)
    if tasks:
        for row in await ask(_OF_TASKS, one_of("task", [str(one) for one in tasks])):
            found[plain_uuid(row.pop("task"))].append(AssistantFacts(**row))
    return dict(found)


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
