"""Queries of what belongs to a unit (科室): its tasks, and the visits that serve them."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of

PAGE: Final = 500


async def tasks_of_unit(unit: UUID) -> set[UUID]:
    """The tasks of a unit."""
    return {plain_uuid(row["id"]) for row in await ask("SELECT id FROM task WHERE unit = {}", unit)}


async def visits_of_tasks(visits: Collection[UUID], tasks: Collection[UUID]) -> set[UUID]:
    """Those of these visits that serve one of these tasks."""
    wanted, found = sorted(visits), set[UUID]()
    for start in range(0, len(wanted), PAGE):
        part = [str(one) for one in wanted[start : start + PAGE]]
        rows = await ask("SELECT visit, task FROM visit_task WHERE {}", one_of("visit", part))
        found |= {plain_uuid(row["visit"]) for row in rows if plain_uuid(row["task"]) in tasks}
    return found
