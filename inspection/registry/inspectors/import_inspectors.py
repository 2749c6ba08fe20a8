from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from inspection.authority import store as authorities
from inspection.authority.found import open_unit
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.registry.inspectors import store
from inspection.registry.inspectors.columns import INSPECTOR_COLUMNS
from inspection.registry.inspectors.rows import InspectorDraft, read_inspector
from inspection.registry.intake.remarks import Reason, remark
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.intake.run import Change, Kind, Progress, Source, run_import
from inspection.registry.rules_in_force import rules_today


async def import_inspectors(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a register of inspectors (执法检查人员名录) into the library, from CSV or XLSX.

    Inspectors are known by their staff number (else by the number of their certificate). A unit named in the file that
    the authority does not have yet is opened. Who has no certificate may stand in the register, with a warning.

    Raises:
        Invalid: the file is too large (50 MiB), unreadable, empty, or lacks a required column.
        NotFound: the authority is unknown or has no rule-set today.
    """
    await rules_today(cmd, authority)
    kind = Kind("inspectors", INSPECTOR_COLUMNS, read_inspector, partial(_store, cmd, authority))
    return await run_import(cmd, authority, kind, source, name=name, rejects=rejects, progress=progress)


async def _store(cmd: Command, authority: UUID, run: UUID, rows: Sequence[Good[InspectorDraft]]) -> Change:
    known = await store.known_inspectors(authority, [row.draft.staff_no for row in rows])
    units = {unit.name: unit.id for unit in await authorities.units(authority)}
    added: dict[str, str] = {}
    changed: dict[str, str] = {}
    refused: list[Rejected] = []
    for row in rows:
        draft, digest, old = row.draft, row.digest, known.get(row.draft.staff_no)
        if old is not None and old.digest == digest:
            continue
        if await _certificate_taken(draft, old.id if old else None):
            refused.append(_taken(row))
            continue
        if draft.unit not in units:
            units[draft.unit] = (await open_unit(cmd, authority=authority, name=draft.unit)).id
        await _put(cmd, authority, units[draft.unit], draft, old.id if old else None)
        (changed if old else added)[draft.staff_no] = digest
    if added or changed:
        kind = EventKind.INSPECTORS_IMPORTED
        await append(cmd.event(kind, f"registry:{authority}", run=str(run), added=added, changed=changed))
    unchanged = len(rows) - len(added) - len(changed) - len(refused)
    return Change(len(added), len(changed), unchanged, tuple(refused))


async def _put(cmd: Command, authority: UUID, unit: UUID, draft: InspectorDraft, old: UUID | None) -> None:
    inspector = old or cmd.new_id()
    if old is None:
        await store.add_inspector(inspector, authority, unit, draft, cmd.now)
    else:
        await store.change_inspector(inspector, unit, draft, cmd.now)
    if draft.certificate is not None:
        await store.put_certificate(cmd.new_id(), inspector, draft.certificate)


async def _certificate_taken(draft: InspectorDraft, inspector: UUID | None) -> bool:
    if draft.certificate is None:
        return False
    holder = await store.certificate_holder(draft.certificate.issuer, draft.certificate.number)
    return holder is not None and holder != inspector


def _taken(row: Good[InspectorDraft]) -> Rejected:
    number = row.draft.certificate.number if row.draft.certificate else ""
    return Rejected(row.number, row.cells, (remark(Reason.CERTIFICATE_TAKEN, value=number),))
