"""Queries of absences and of relations that require recusal."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.sql import bulk_insert
from inspection.registry.inspectors.facts import AbsenceFacts, RelationFacts
from inspection.registry.inspectors.tables import InspectorAbsence, InspectorRelation
from inspection.registry.inspectors.terms import AbsenceKind, RelationKind, RelationSource

BATCH = 500


@dataclass(frozen=True, slots=True)
class NewRelation:
    """An interest that is being entered."""

    inspector: UUID
    object_code: str
    kind: RelationKind
    source: RelationSource
    since: date | None
    until: date | None
    note: str | None


async def add_absence(absence: AbsenceFacts) -> None:
    names = AbsenceFacts.__dataclass_fields__
    await bulk_insert(
        InspectorAbsence, [{name: getattr(absence, name) for name in names} | {"kind": absence.kind.value}]
    )


async def absence(absence_id: UUID) -> AbsenceFacts | None:
    """One absence, a withdrawn one too."""
    row = await InspectorAbsence.select().where(InspectorAbsence.id == absence_id).first()
    return _absence(row) if row else None


async def withdraw_absence(absence_id: UUID, by: str, at: datetime) -> None:
    facts = {"withdrawn_by": by, "withdrawn_at": at}
    await InspectorAbsence.update(facts).where(InspectorAbsence.id == absence_id)  # type: ignore[arg-type]


async def absences(people: Sequence[UUID]) -> dict[UUID, tuple[AbsenceFacts, ...]]:
    """By person, the absences that are not withdrawn, oldest first."""
    found: dict[UUID, list[AbsenceFacts]] = defaultdict(list)
    for start in range(0, len(people), BATCH):
        rows = (
            await InspectorAbsence.select()
            .where(
                InspectorAbsence.inspector.is_in(list(people[start : start + BATCH])),
                InspectorAbsence.withdrawn_at.is_null(),
            )
            .order_by(InspectorAbsence.first_day)
        )
        for row in rows:
            found[row["inspector"]].append(_absence(row))
    return {person: tuple(away) for person, away in found.items()}


async def add_relations(fresh: Mapping[UUID, NewRelation], by: str, at: datetime) -> None:
    await bulk_insert(
        InspectorRelation,
        [
            {
                "id": one,
                "inspector": tie.inspector,
                "object_code": tie.object_code,
                "kind": tie.kind.value,
                "source": tie.source.value,
                "since": tie.since,
                "until": tie.until,
                "note": tie.note,
                "entered_by": by,
                "entered_at": at,
                "ended_by": None,
                "ended_at": None,
            }
            for one, tie in fresh.items()
        ],
    )


async def end_relations(ids: Collection[UUID], last_day: date, by: str, at: datetime) -> None:
    """Let interests end with this day; they stay as history."""
    if not ids:
        return
    facts = {"until": last_day, "ended_by": by, "ended_at": at}
    await InspectorRelation.update(facts).where(InspectorRelation.id.is_in(list(ids)))  # type: ignore[arg-type]


async def relation(relation_id: UUID) -> RelationFacts | None:
    """One interest, a past one too."""
    row = await InspectorRelation.select().where(InspectorRelation.id == relation_id).first()
    return _relation(row) if row else None


async def relations(people: Sequence[UUID]) -> dict[UUID, tuple[RelationFacts, ...]]:
    """By person, all interests, in the order of the objects' codes."""
    found: dict[UUID, list[RelationFacts]] = defaultdict(list)
    for start in range(0, len(people), BATCH):
        rows = (
            await InspectorRelation.select()
            .where(InspectorRelation.inspector.is_in(list(people[start : start + BATCH])))
            .order_by(InspectorRelation.object_code)
            .order_by(InspectorRelation.entered_at)
        )
        for row in rows:
            found[row["inspector"]].append(_relation(row))
    return {person: tuple(ties) for person, ties in found.items()}


def _absence(row: Mapping[str, Any]) -> AbsenceFacts:
    told = {name: row[name] for name in AbsenceFacts.__dataclass_fields__}
    return AbsenceFacts(**told | {"kind": AbsenceKind(row["kind"])})


def _relation(row: Mapping[str, Any]) -> RelationFacts:
    told = {name: row[name] for name in RelationFacts.__dataclass_fields__}
    return RelationFacts(**told | {"kind": RelationKind(row["kind"]), "source": RelationSource(row["source"])})
