"""Queries of the cap ledger and of the warnings: visits by their objects."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from piccolo.columns.combination import Where, WhereRaw

from inspection.kernel.ask import as_instant, ask
from inspection.kernel.calendar.rules import BEIJING, local_day
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.policy.terms import TaskKind
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.rows import Burden
from inspection.visits.states import VisitState
from inspection.visits.tables import Visit, VisitTask

PAGE = 500
_READ = ("id", "object", "starts_on", "ends_on", "executed_at", "state", "linked_to")
# A visit that another object took the place of is no burden on anybody.
_STANDS = Visit.state != VisitState.CANCELLED.value

_OF_OBJECTS: Final = (
    f"SELECT {', '.join(_READ)}, EXISTS (SELECT 1 FROM visit_task served JOIN task ON task.id = served.task "
    f"WHERE served.visit = visit.id AND task.kind <> '{TaskKind.RANDOM.value}') AS other "
    f"FROM visit WHERE {{}} AND state <> '{VisitState.CANCELLED.value}'"
)

# By the index of an authority's codes, once for each of the few authorities here.
_SAME_CODE: Final = "SELECT id, code FROM inspection_object WHERE authority IN (SELECT id FROM authority) AND {}"

_FIRST: Final = (
    "SELECT served.task, MIN(visit.executed_at) AS at FROM (SELECT task, visit FROM visit_task WHERE {}) AS served "
    "JOIN visit ON visit.id = served.visit WHERE visit.executed_at IS NOT NULL GROUP BY served.task"
)


async def burdens(authority: UUID, since: date) -> list[Burden]:
    """The visits of an authority whose window ends on or after `since`, or that were carried out, late, after it."""
    recent = (Visit.ends_on >= since) | (Visit.executed_at >= _midnight(since))
    rows = await Visit.select(*_READ).where(Visit.authority == authority, recent, _STANDS)
    # Nearly all visits are drawn: only those that serve something else are looked at one by one.
    kinds = await _other_kinds([VisitTask.visit.authority == authority])
    return _burdens(rows, kinds)


async def burdens_of(objects: Collection[UUID]) -> list[Burden]:
    """Every visit of these objects, whoever made it."""
    found: list[Burden] = []
    wanted = sorted(set(objects))
    for start in range(0, len(wanted), PAGE):
        page = wanted[start : start + PAGE]
        rows = await ask(_OF_OBJECTS, one_of("object", [str(one) for one in page]))
        # Nearly all visits are drawn: only those that serve something else are looked at one by one.
        kinds = await _kinds([row["id"] for row in rows if row["other"]])
        found += _burdens(rows, kinds)
    return found


async def same_doors(objects: Collection[UUID]) -> dict[UUID, str]:
    """The objects that bear the code of one of these, in the registers of all authorities here, with that code."""
    codes: set[str] = set()
    wanted = sorted(set(objects))
    for start in range(0, len(wanted), PAGE):
        rows = await InspectionObject.select(InspectionObject.code).where(
            InspectionObject.id.is_in(wanted[start : start + PAGE])
        )
        codes |= {row["code"] for row in rows}
    doors: dict[UUID, str] = {}
    named = sorted(codes)
    for start in range(0, len(named), PAGE):
        found = await ask(_SAME_CODE, one_of("code", named[start : start + PAGE]))
        doors |= {plain_uuid(row["id"]): row["code"] for row in found}
    return doors


async def unsealed_objects(authority: UUID, first: date, last: date) -> set[UUID]:
    """The objects of an authority with a visit that is no secret and touches these days."""
    begun = (Visit.executed_at >= _midnight(first)) | (Visit.ends_on >= first)
    rows = await Visit.select(Visit.object).where(
        Visit.authority == authority, Visit.state != VisitState.SEALED.value, Visit.starts_on <= last, begun, _STANDS
    )
    return {row["object"] for row in rows}


async def first_visits(tasks: Collection[UUID]) -> dict[UUID, date]:
    """By task, the day of the first of its visits that was carried out."""
    if not tasks:
        return {}
    rows = await ask(_FIRST, one_of("task", [str(one) for one in tasks]))
    return {plain_uuid(row["task"]): local_day(as_instant(row["at"])) for row in rows}


async def _other_kinds(where: Sequence[Where | WhereRaw]) -> dict[UUID, tuple[TaskKind, ...]]:
    """The kinds of tasks of those visits that serve one outside the draw."""
    task = VisitTask.task
    outside = await VisitTask.select(VisitTask.visit).where(*where, task.kind != TaskKind.RANDOM.value)
    return await _kinds({row["visit"] for row in outside})


async def _kinds(wanted: Collection[UUID]) -> dict[UUID, tuple[TaskKind, ...]]:
    """The kinds of tasks of these visits."""
    task, visits = VisitTask.task, sorted(wanted)
    kinds: dict[UUID, set[TaskKind]] = defaultdict(set)
    for start in range(0, len(visits), PAGE):
        rows = await VisitTask.select(VisitTask.visit, task.kind.as_alias("kind")).where(
            VisitTask.visit.is_in(visits[start : start + PAGE])
        )
        for row in rows:
            kinds[row["visit"]].add(TaskKind(row["kind"]))
    return {visit: tuple(sorted(held)) for visit, held in kinds.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def _burdens(rows: Iterable[Mapping[str, Any]], kinds: Mapping[UUID, tuple[TaskKind, ...]]) -> list[Burden]:
    """One for each time that somebody comes: visits that are one come once (一次进门), under their canonical id."""
    groups: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["linked_to"] or row["id"]].append(row)
    return [_burden(visit, group, kinds) for visit, group in groups.items()]


def _burden(visit: UUID, rows: Sequence[Mapping[str, Any]], kinds: Mapping[UUID, tuple[TaskKind, ...]]) -> Burden:
    executed = min((row["executed_at"] for row in rows if row["executed_at"]), default=None)
    return Burden(
        object=rows[0]["object"],
        starts_on=min(row["starts_on"] for row in rows),
        ends_on=max(row["ends_on"] for row in rows),
        executed_on=local_day(executed) if executed else None,
        kinds=tuple(sorted({kind for row in rows for kind in kinds.get(row["id"], (TaskKind.RANDOM,))})),
        visit=visit,
        sealed=all(row["state"] == VisitState.SEALED.value for row in rows),
    )
