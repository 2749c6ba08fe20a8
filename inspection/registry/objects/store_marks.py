"""Queries of marks and their liftings."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.sql import bulk_insert
from inspection.policy.terms import Mark
from inspection.registry.objects.marks import MarkDraft, MarkFacts, MarkKey
from inspection.registry.objects.rules import Marked
from inspection.registry.objects.tables import MarkLifting, ObjectMark

PAGE = 5000


async def marks_between(authority: UUID, after: str, last: str) -> dict[UUID, list[Marked]]:
    """By object, the marks of those whose code lies after `after`, up to and with `last`: a directory page's."""
    rows = (
        await ObjectMark.select(ObjectMark.id, ObjectMark.object, ObjectMark.mark, ObjectMark.since, ObjectMark.until)
        .where(ObjectMark.authority == authority, ObjectMark.code > after, ObjectMark.code <= last)
        .order_by(ObjectMark.since)
        .order_by(ObjectMark.id)
    )
    lifted = await _liftings([row["id"] for row in rows])
    found: dict[UUID, list[Marked]] = defaultdict(list)
    for row in rows:
        end = lifted.get(row["id"])
        marked = Marked(Mark(row["mark"]), row["since"], row["until"], end["lifted_on"] if end else None)
        found[row["object"]].append(marked)
    return found


async def marks_of(object_ids: Collection[UUID]) -> dict[UUID, list[MarkFacts]]:
    """By object, all its marks, the oldest first."""
    found: dict[UUID, list[MarkFacts]] = defaultdict(list)
    wanted = sorted(set(object_ids))
    for start in range(0, len(wanted), PAGE):
        rows = (
            await ObjectMark.select()
            .where(ObjectMark.object.is_in(wanted[start : start + PAGE]))
            .order_by(ObjectMark.since)
            .order_by(ObjectMark.id)
        )
        lifted = await _liftings([row["id"] for row in rows])
        for row in rows:
            found[row["object"]].append(_mark(row, lifted.get(row["id"])))
    return found


async def mark(mark_id: UUID) -> MarkFacts | None:
    row = await ObjectMark.select().where(ObjectMark.id == mark_id).first()
    return _mark(row, (await _liftings([mark_id])).get(mark_id)) if row else None


async def add_marks(
    authority: UUID, rows: Mapping[UUID, tuple[UUID, MarkDraft]], at: datetime, by: str, by_name: str
) -> int:
    """Insert marks (id → object and draft) that are not there yet; returns how many were new."""
    return await bulk_insert(
        ObjectMark,
        [
            {
                "id": mark_id,
                "authority": authority,
                "object": object_id,
                "code": draft.code,
                "mark": draft.mark.value,
                "since": draft.since,
                "until": draft.until,
                "reference": draft.reference,
                "source": draft.source,
                "note": draft.note,
                "at": at,
                "by": by,
                "by_name": by_name[:200],
            }
            for mark_id, (object_id, draft) in rows.items()
        ],
        on_conflict="nothing",
    )


async def lift_marks(
    rows: Sequence[tuple[UUID, UUID, date, str, str | None]], at: datetime, by: str, by_name: str
) -> int:
    """Insert liftings: (id, mark, first day without it, reason, document). A mark is lifted once; returns how many."""
    return await bulk_insert(
        MarkLifting,
        [
            {
                "id": lifting_id,
                "mark": mark_id,
                "lifted_on": day,
                "reason": reason,
                "reference": reference,
                "at": at,
                "by": by,
                "by_name": by_name[:200],
            }
            for lifting_id, mark_id, day, reason, reference in rows
        ],
        on_conflict="nothing",
    )


def key_of(facts: MarkFacts) -> MarkKey:
    """By what two marks are one."""
    return (facts.object, facts.mark, facts.since, facts.reference)


async def _liftings(mark_ids: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
    found: dict[UUID, Mapping[str, Any]] = {}
    for start in range(0, len(mark_ids), PAGE):
        rows = await MarkLifting.select().where(MarkLifting.mark.is_in(list(mark_ids[start : start + PAGE])))
        found.update((row["mark"], row) for row in rows)
    return found


def _mark(row: Mapping[str, Any], lifting: Mapping[str, Any] | None) -> MarkFacts:
    return MarkFacts(
        id=row["id"],
        authority=row["authority"],
        object=row["object"],
        code=row["code"],
        mark=Mark(row["mark"]),
        since=row["since"],
        until=row["until"],
        reference=row["reference"],
        source=row["source"],
        note=row["note"],
        at=row["at"],
        by_name=row["by_name"],
        lifted_on=lifting["lifted_on"] if lifting else None,
        lifted_reason=lifting["reason"] if lifting else None,
        lifted_reference=lifting["reference"] if lifting else None,
        lifted_by_name=lifting["by_name"] if lifting else None,
        lifted_at=lifting["at"] if lifting else None,
    )
