"""Queries of what changed of an object."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.sql import bulk_insert
from inspection.registry.objects.tables import InspectionObject, ObjectChange


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What one command changed of one object: field → [before, after]; an empty list for personal fields."""

    id: UUID
    at: datetime
    by: str
    by_name: str
    run: UUID | None
    fields: Mapping[str, Any]


async def add_changes(
    rows: Mapping[UUID, tuple[UUID, Mapping[str, JSON]]], run: UUID | None, at: datetime, by: str, by_name: str
) -> None:
    """Insert changes: id → object and what changed of it."""
    await bulk_insert(
        ObjectChange,
        [
            {
                "id": change_id,
                "object": object_id,
                "run": run,
                "at": at,
                "by": by,
                "by_name": by_name[:200],
                "fields": canonical_json(fields).decode(),
            }
            for change_id, (object_id, fields) in rows.items()
        ],
    )


async def changes_of(object_id: UUID) -> list[ChangeFacts]:
    """The oldest first."""
    rows = (
        await ObjectChange.select()
        .where(ObjectChange.object == object_id)
        .order_by(ObjectChange.at)
        .order_by(ObjectChange.id)
    )
    return [
        ChangeFacts(row["id"], row["at"], row["by"], row["by_name"], row["run"], json.loads(row["fields"]))
        for row in rows
    ]


async def added_run(object_id: UUID) -> UUID | None:
    """The import that brought the object in; None for objects from before imports were noted."""
    row = await InspectionObject.select(InspectionObject.added_run).where(InspectionObject.id == object_id).first()
    return row["added_run"] if row else None
