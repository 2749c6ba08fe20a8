"""Experts and assistants attached to tasks."""

from piccolo.columns import UUID, Timestamptz, Varchar

from inspection.kernel.indexes import UniqueIndex
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-21T15:00:00:000010"
DESCRIPTION = "Experts and assistants attached to tasks"

TABLES = [
    table(
        "TaskAssistant",
        "task_assistant",
        column("id", UUID, primary_key=True),
        reference("task", "Task", "task"),
        reference("inspector", "Inspector", "inspector"),
        column("attached_by", Varchar, length=80),
        column("attached_at", Timestamptz),
        column("detached_by", Varchar, length=80, null=True),
        column("detached_at", Timestamptz, null=True),
    ),
]
EXTRAS = [UniqueIndex("task_assistant", ("task", "inspector"))]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
