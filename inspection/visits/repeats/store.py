"""Queries of who has been where and what was found there."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import as_instant, ask
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from inspection.visits.repeats.rules import CLEAN, Been
from inspection.visits.repeats.tables import RunExplanation

Doors = Mapping[tuple[UUID, str], Sequence[Been]]
"""By inspector and door (code of the object), the approved visits."""

# Only what stands: an outcome that was replaced says nothing any more.
_BEEN = (
    "SELECT member.inspector, object.code, COALESCE(visit.linked_to, visit.id) AS visit, "
    "COALESCE(visit.executed_at, visit.approved_at) AS been_at, outcome.codes "
    "FROM visit JOIN inspection_object object ON object.id = visit.object "
    "JOIN team_member member ON member.visit = visit.id AND member.left_at IS NULL "
    "JOIN outcome ON outcome.visit = visit.id "
    "WHERE visit.state = 'approved' AND NOT EXISTS "
    "(SELECT 1 FROM outcome newer WHERE newer.replaces = outcome.id) "
)


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    """Why a run is no reason to worry, and who says so."""

    id: UUID
    inspector: UUID
    through: UUID
    reason: str
    by: str
    by_name: str
    at: datetime


async def been_at(objects: Collection[UUID]) -> Doors:
    """The approved visits of these objects: one door in the registers of several authorities."""
    wanted = sorted(str(one) for one in objects)
    return _doors(await ask(f"{_BEEN} AND {{}}", one_of("object", wanted))) if wanted else {}


async def explained(through: Collection[UUID]) -> dict[tuple[UUID, UUID], ExplanationRow]:
    """By inspector and newest visit, the explanations of runs that end with one of these visits."""
    if not through:
        return {}
    wanted = one_of("through", sorted(str(one) for one in through))
    rows = await ask("SELECT * FROM run_explanation WHERE {}", wanted)
    found = [_explanation(row) for row in rows]
    return {(one.inspector, one.through): one for one in found}


async def add_explanation(row: ExplanationRow) -> bool:
    """Keep an explanation; False when the run is explained already."""
    return bool(await bulk_insert(RunExplanation, [asdict(row)], on_conflict="nothing"))


def _doors(rows: Sequence[Mapping[str, Any]]) -> Doors:
    clean: dict[tuple[UUID, str], dict[UUID, bool]] = defaultdict(dict)
    days: dict[UUID, datetime] = {}
    for row in rows:
        visit, key = plain_uuid(row["visit"]), (plain_uuid(row["inspector"]), str(row["code"]))
        at = as_instant(row["been_at"])
        days[visit] = min(at, days.get(visit, at))
        clean[key][visit] = clean[key].get(visit, True) and set(json.loads(row["codes"])) == CLEAN
    return {
        key: [Been(visit, local_day(days[visit]), one) for visit, one in held.items()] for key, held in clean.items()
    }


def _explanation(row: Mapping[str, Any]) -> ExplanationRow:
    return ExplanationRow(
        id=plain_uuid(row["id"]),
        inspector=plain_uuid(row["inspector"]),
        through=plain_uuid(row["through"]),
        reason=row["reason"],
        by=row["by"],
        by_name=row["by_name"],
        at=as_instant(row["at"]),
    )
