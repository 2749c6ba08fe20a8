"""Queries of many visits at once, for what tablets are told of them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import claim_numbers, one_of
from inspection.visits.rows import Member, VisitRow
from inspection.visits.states import VisitState
from inspection.visits.store import VISIT_COLUMNS, visit_row
from inspection.visits.tables import VisitCounter, VisitTask

_NAMED: Final = ", ".join(f'"{name}"' for name in VISIT_COLUMNS)


async def newest_number(visit: UUID) -> int:
    """The number of the visit's newest entry, 0 without any. Nobody else takes one until commit."""
    return await claim_numbers(VisitCounter, "visit", visit, 0) - 1


async def visits_by_id(ids: Collection[UUID]) -> dict[UUID, VisitRow]:
    """By id, those that exist."""
    if not ids:
        return {}
    rows = await ask(f"SELECT {_NAMED} FROM visit WHERE {{}}", one_of("id", [str(one) for one in ids]))
    return {plain_uuid(row["id"]): visit_row(row) for row in rows}


async def visits_of_objects(objects: Collection[UUID]) -> list[UUID]:
    """Those of these objects that were unsealed and not cancelled, by id."""
    if not objects:
        return []
    rows = await ask(
        "SELECT id FROM visit WHERE {} AND state NOT IN ({}, {}) ORDER BY id",
        one_of("object", [str(one) for one in objects]),
        VisitState.SEALED.value,
        VisitState.CANCELLED.value,
    )
    return [plain_uuid(row["id"]) for row in rows]


async def members_of(ids: Collection[UUID]) -> dict[UUID, list[Member]]:
    """By visit, everybody who was ever in its team, by slot."""
    found: dict[UUID, list[Member]] = defaultdict(list)
    if ids:
        rows = await ask(
            "SELECT visit, inspector, slot, how, joined_at, left_at, left_reason FROM team_member WHERE {} "
            "ORDER BY slot, id",
            one_of("visit", [str(one) for one in ids]),
        )
        for row in rows:
            found[plain_uuid(row.pop("visit"))].append(Member(**row))
    return found


async def tasks_of(ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, UUID | None]]]:
    """By visit, the tasks that it serves by the order in which they joined, each with the draw that it came out of."""
    found: dict[UUID, list[tuple[UUID, UUID | None]]] = defaultdict(list)
    if ids:
        sql = "SELECT visit, task, draw FROM visit_task WHERE {} ORDER BY id"
        for row in await ask(sql, one_of("visit", [str(one) for one in ids])):
            draw = plain_uuid(row["draw"]) if row["draw"] is not None else None
            found[plain_uuid(row["visit"])].append((plain_uuid(row["task"]), draw))
    return found


async def checklists_of(ids: Collection[UUID]) -> dict[UUID, frozenset[tuple[str, int]]]:
    """By visit, code and version of the checklists that its tasks are answered with."""
    found: dict[UUID, set[tuple[str, int]]] = defaultdict(set)
    if ids:
        rows = await VisitTask.select(
            VisitTask.visit, VisitTask.checklist.code.as_alias("code"), VisitTask.checklist.version.as_alias("version")
        ).where(VisitTask.visit.is_in(list(ids)))
        for row in rows:
            found[plain_uuid(row["visit"])].add((row["code"], int(row["version"])))
    return {visit: frozenset(places) for visit, places in found.items()}
