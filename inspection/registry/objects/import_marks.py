from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.registry.intake.remarks import Reason, remark
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.intake.run import Change, Comparison, Kind, Progress, RowChange, Source, run_import
from inspection.registry.intake.wanted import PLAIN, Wanted
from inspection.registry.objects import store, store_marks
from inspection.registry.objects.marks import MARK_COLUMNS, MarkDraft, MarkFacts, MarkKey, read_mark
from inspection.registry.rules_in_force import rules_today

WHAT = "marks"
_COMPARED = ("until", "source", "note")


async def import_marks(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
    wanted: Wanted = PLAIN,
) -> ImportReport:
    """Bring marks of objects (行政处罚、投诉举报、异常名录…) into the library, from CSV or XLSX.

    A mark is known by its object, kind, first day and document number; one that is recorded already is left as it is.
    A row that differs from its record otherwise is rejected: a mark is never changed, only lifted. A day of lifting in
    the row lifts it (and counts as a change).

    Raises:
        Invalid: as `import_objects`.
        NotFound: the authority is unknown or has no rule-set today; no mapping is kept for the origin.
        StaleScreen: `registry.preview_stale`.
    """
    kind = await mark_kind(cmd, authority)
    return await run_import(cmd, authority, kind, source, name=name, rejects=rejects, progress=progress, wanted=wanted)


async def mark_kind(cmd: Command, authority: UUID) -> Kind[MarkDraft]:
    """How a file of marks is read, compared and stored."""
    await rules_today(cmd, authority)
    return Kind(
        WHAT,
        MARK_COLUMNS,
        partial(read_mark, today=local_day(cmd.now)),
        partial(_store, cmd, authority),
        partial(_compare, authority),
    )


@dataclass(slots=True)
class _Sorted:
    """The rows of a chunk by what is to be done with them."""

    fresh: list[tuple[UUID, Good[MarkDraft]]] = field(default_factory=list)
    lifted: list[tuple[UUID, Good[MarkDraft]]] = field(default_factory=list)
    same: int = 0
    rejected: list[Rejected] = field(default_factory=list)


async def _sorted(authority: UUID, rows: Sequence[Good[MarkDraft]]) -> _Sorted:
    known = await store.known_objects(authority, list({row.draft.code for row in rows}))
    marks = await store_marks.marks_of([one.id for one in known.values()])
    there = {store_marks.key_of(one): one for held in marks.values() for one in held}
    out = _Sorted()
    for row in rows:
        draft = row.draft
        if draft.code not in known:
            reason = remark(Reason.OBJECT_NOT_REGISTERED, value=draft.code)
            out.rejected.append(Rejected(row.number, row.cells, (reason,)))
            continue
        object_id = known[draft.code].id
        key: MarkKey = (object_id, draft.mark, draft.since, draft.reference)
        have = there.get(key)
        if have is None:
            out.fresh.append((object_id, row))
        elif different := _differing(have, draft):
            reason = remark(Reason.MARK_DIFFERS, fields=different)
            out.rejected.append(Rejected(row.number, row.cells, (reason,)))
        elif draft.lifted_on is not None and have.lifted_on is None:
            out.lifted.append((have.id, row))
        else:
            out.same += 1
    return out


def _differing(have: MarkFacts, draft: MarkDraft) -> list[str]:
    """The fields in which a row contradicts its record; what it leaves open contradicts nothing."""
    said = [name for name in _COMPARED if getattr(draft, name) is not None]
    different = [name for name in said if getattr(have, name) != getattr(draft, name)]
    if draft.lifted_on is not None and have.lifted_on is not None and have.lifted_on != draft.lifted_on:
        different.append("lifted_on")
    return different


async def _compare(authority: UUID, rows: Sequence[Good[MarkDraft]]) -> Comparison:
    found = await _sorted(authority, rows)
    changes = tuple(
        RowChange(row.number, row.draft.key, {"lifted_on": [None, _day(row.draft.lifted_on)]})
        for _, row in found.lifted
    )
    return Comparison(len(found.fresh), found.same, changes, tuple(found.rejected))


async def _store(cmd: Command, authority: UUID, run: UUID, rows: Sequence[Good[MarkDraft]]) -> Change:
    found = await _sorted(authority, rows)
    fresh = {cmd.new_id(): (object_id, row.draft) for object_id, row in found.fresh}
    by = (cmd.actor.id, cmd.actor.name)
    added = await store_marks.add_marks(authority, fresh, cmd.now, *by)
    ended: Mapping[UUID, MarkDraft] = {
        **{mark_id: draft for mark_id, (_, draft) in fresh.items() if draft.lifted_on is not None},
        **{mark_id: row.draft for mark_id, row in found.lifted},
    }
    liftings = [
        (cmd.new_id(), mark_id, draft.lifted_on, draft.lifted_reason or draft.source or "", None)
        for mark_id, draft in ended.items()
        if draft.lifted_on is not None
    ]
    await store_marks.lift_marks(liftings, cmd.now, *by)
    if added or liftings:
        await append(
            cmd.event(
                EventKind.MARKS_IMPORTED,
                f"registry:{authority}",
                run=str(run),
                added=[draft.key for _, draft in fresh.values()],
                lifted={draft.key: _day(draft.lifted_on) for draft in ended.values()},
            )
        )
    return Change(added, len(found.lifted), found.same, tuple(found.rejected))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
