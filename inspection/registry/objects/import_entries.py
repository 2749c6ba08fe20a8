from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.registry.intake.remarks import Reason, remark
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.intake.run import Change, Comparison, Kind, Progress, RowChange, Source, run_import
from inspection.registry.intake.wanted import PLAIN, Wanted
from inspection.registry.objects import store, store_registers
from inspection.registry.objects.changes import plain_differences
from inspection.registry.objects.entries import (
    ENTRY_COLUMNS,
    EntryDraft,
    EntryFacts,
    Licence,
    RegisterSort,
    read_entry,
)
from inspection.registry.rules_in_force import rules_today

WHAT = "special-registers"
Place: TypeAlias = tuple[RegisterSort, str]


async def import_entries(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
    wanted: Wanted = PLAIN,
) -> ImportReport:
    """Fill special registers and tags (专项名录、监管标签) from CSV or XLSX.

    Every object must be in the general register: special registers are sifted out of it (兴隆台 二(三)). Registers and
    tags that are named for the first time are made. An entry is known by register, object and licence number.

    Raises:
        Invalid: as `import_objects`.
        NotFound: the authority is unknown or has no rule-set today; no mapping is kept for the origin.
        StaleScreen: `registry.preview_stale`.
    """
    kind = await entry_kind(cmd, authority)
    return await run_import(cmd, authority, kind, source, name=name, rejects=rejects, progress=progress, wanted=wanted)


async def entry_kind(cmd: Command, authority: UUID) -> Kind[EntryDraft]:
    """How a file of a special register is read, compared and stored."""
    await rules_today(cmd, authority)
    return Kind(WHAT, ENTRY_COLUMNS, read_entry, partial(_store, cmd, authority), partial(_compare, authority))


@dataclass(slots=True)
class _Sorted:
    """The rows of a chunk by what is to be done: each row's own entries, and where it stands of all."""

    objects: dict[str, UUID] = field(default_factory=dict)
    fresh: dict[tuple[Place, UUID, str], EntryDraft] = field(default_factory=dict)
    altered: dict[UUID, tuple[EntryFacts, EntryDraft]] = field(default_factory=dict)
    added: int = 0
    same: int = 0
    changes: list[RowChange] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


async def _sorted(authority: UUID, rows: Sequence[Good[EntryDraft]]) -> _Sorted:
    known = await store.known_objects(authority, list({row.draft.code for row in rows}))
    names = {place for row in rows for place in row.draft.places}
    there = {(one.sort, one.name): one.id for one in await store_registers.registers_named(authority, names)}
    standing = await store_registers.standing_entries(there.values(), [one.id for one in known.values()])
    have = {(one.register, one.object, one.licence.number): one for one in standing}
    out = _Sorted({code: one.id for code, one in known.items()})
    for row in rows:
        if row.draft.code not in known:
            reason = remark(Reason.OBJECT_NOT_REGISTERED, value=row.draft.code)
            out.rejected.append(Rejected(row.number, row.cells, (reason,)))
        else:
            _sort_row(out, row, there, have)
    return out


def _sort_row(
    out: _Sorted,
    row: Good[EntryDraft],
    there: Mapping[Place, UUID],
    have: Mapping[tuple[UUID, UUID, str], EntryFacts],
) -> None:
    draft, fields, fresh = row.draft, dict[str, JSON](), False
    object_id = out.objects[draft.code]
    for place in draft.places:
        entry = have.get((there[place], object_id, draft.licence.number)) if place in there else None
        if entry is None:
            fresh = out.fresh.setdefault((place, object_id, draft.licence.number), draft) is draft or fresh
        elif entry.licence != draft.licence and entry.id not in out.altered:
            out.altered[entry.id] = (entry, draft)
            fields |= _changed(entry.licence, draft.licence)
    if fields:
        out.changes.append(RowChange(row.number, draft.key, fields))
    elif fresh:
        out.added += 1
    else:
        out.same += 1


def _changed(old: Licence, new: Licence) -> dict[str, JSON]:
    names = Licence.__slots__
    return plain_differences({name: getattr(old, name) for name in names}, {n: getattr(new, n) for n in names})


async def _compare(authority: UUID, rows: Sequence[Good[EntryDraft]]) -> Comparison:
    found = await _sorted(authority, rows)
    return Comparison(found.added, found.same, tuple(found.changes), tuple(found.rejected))


async def _store(cmd: Command, authority: UUID, run: UUID, rows: Sequence[Good[EntryDraft]]) -> Change:
    found = await _sorted(authority, rows)
    places = sorted({place for place, _, _ in found.fresh})
    ids = await store_registers.open_registers(authority, {place: cmd.new_id() for place in places}, cmd.now)
    await store_registers.add_entries(
        {
            cmd.new_id(): (ids[place], object_id, draft.code, draft.licence)
            for (place, object_id, _), draft in found.fresh.items()
        },
        cmd.now,
        cmd.actor.name,
    )
    await store_registers.change_entries({entry_id: draft.licence for entry_id, (_, draft) in found.altered.items()})
    if found.fresh or found.altered:
        added: list[JSON] = [[sort.value, name, draft.code] for ((sort, name), _, _), draft in found.fresh.items()]
        changed: dict[str, JSON] = {
            str(entry_id): {"code": old.code, **_changed(old.licence, draft.licence)}
            for entry_id, (old, draft) in found.altered.items()
        }
        stream = f"registry:{authority}"
        await append(cmd.event(EventKind.ENTRIES_IMPORTED, stream, run=str(run), added=added, changed=changed))
    return Change(found.added, len(found.changes), found.same, tuple(found.rejected))
