"""What happened to an object: every change, by whom, when; its marks; the registers it stood in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from inspection.registry.intake import store as store_imports
from inspection.registry.objects import store_changes, store_marks, store_registers


class HistoryKind(StrEnum):
    """What an entry of the history tells."""

    ADDED = "added"  # 导入
    CHANGED = "changed"  # 变更
    MARKED = "marked"  # 登记情形
    LIFTED = "lifted"  # 撤销情形
    ENTERED = "entered"  # 列入专项名录
    REMOVED = "removed"  # 移出专项名录


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened. `fields`: of a change field → [before, after], [] for a personal field; else its facts.

    `at` is when it was recorded; `on` the day from which it counts, where that is another matter.
    """

    kind: HistoryKind
    at: datetime | None
    by_name: str | None
    run: UUID | None
    on: date | None
    fields: Mapping[str, Any]


async def object_history(object_id: UUID) -> tuple[HistoryEntry, ...]:
    """The history of one object, the oldest first."""
    entries = [*await _imports(object_id), *await _marks(object_id), *await _registers(object_id)]
    known = [entry for entry in entries if entry.at is not None]
    return (*(entry for entry in entries if entry.at is None), *sorted(known, key=lambda entry: (entry.at, entry.kind)))


async def _imports(object_id: UUID) -> list[HistoryEntry]:
    run_id = await store_changes.added_run(object_id)
    run = await store_imports.run(run_id) if run_id else None
    first = [HistoryEntry(HistoryKind.ADDED, run.at, run.by_name, run.id, None, {"file": run.file_name})] if run else []
    changes = await store_changes.changes_of(object_id)
    return first + [
        HistoryEntry(HistoryKind.CHANGED, change.at, change.by_name, change.run, None, change.fields)
        for change in changes
    ]


async def _marks(object_id: UUID) -> list[HistoryEntry]:
    entries = []
    for mark in (await store_marks.marks_of([object_id])).get(object_id, []):
        facts = {"mark": mark.mark.value, "reference": mark.reference, "source": mark.source}
        entries.append(HistoryEntry(HistoryKind.MARKED, mark.at, mark.by_name, None, mark.since, facts))
        if mark.lifted_on is not None:
            ended = {"mark": mark.mark.value, "reference": mark.lifted_reference, "reason": mark.lifted_reason}
            entries.append(
                HistoryEntry(HistoryKind.LIFTED, mark.lifted_at, mark.lifted_by_name, None, mark.lifted_on, ended)
            )
    return entries


async def _registers(object_id: UUID) -> list[HistoryEntry]:
    entries = []
    for entry in await store_registers.entries_of(object_id):
        register = await store_registers.register(entry.register)
        facts = {"register": register.name if register else None, "licence_no": entry.licence.number}
        entries.append(HistoryEntry(HistoryKind.ENTERED, entry.at, entry.by_name, None, None, facts))
        if entry.removed_on is not None:
            left = {**facts, "reason": entry.removed_reason}
            entries.append(
                HistoryEntry(HistoryKind.REMOVED, entry.removed_at, entry.removed_by_name, None, entry.removed_on, left)
            )
    return entries
