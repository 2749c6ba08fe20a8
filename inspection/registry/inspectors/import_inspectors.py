from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from inspection.authority import store as authorities
from inspection.authority.found import open_unit
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.policy.model import RuleSet
from inspection.registry.inspectors import store, store_presence
from inspection.registry.inspectors.columns import INSPECTOR_COLUMNS
from inspection.registry.inspectors.keep_changes import keep_changes
from inspection.registry.inspectors.rows import InspectorDraft, read_inspector
from inspection.registry.inspectors.settle import Books, Outcome, Settled, settle
from inspection.registry.inspectors.store_presence import NewRelation
from inspection.registry.inspectors.terms import ChangeKind, RelationKind, RelationSource
from inspection.registry.intake.preview import NO_OUTPUTS, Outputs, Preview, preview_import
from inspection.registry.intake.report import ImportReport, NotedRow
from inspection.registry.intake.rows import Good
from inspection.registry.intake.run import Change, Comparison, Kind, Progress, RowChange, Source, run_import
from inspection.registry.intake.wanted import PLAIN, Wanted
from inspection.registry.rules_in_force import rules_today


async def import_inspectors(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
    wanted: Wanted = PLAIN,
) -> ImportReport:
    """Bring a register of inspectors (执法检查人员名录) into the library, from CSV or XLSX.

    People are known by their staff number, else by any certificate that they hold or held, else by name and unit with a
    warning (`identity`). Several certificates of one person may stand on several rows or side by side. A unit that the
    authority does not have yet is opened. What the rule-set asks for and a person has not rejects all rows of that
    person; columns that the file has not leave what there is. Counts are of rows.

    Raises:
        Invalid: the file is too large (CSV 300 MiB, XLSX 50 MiB), unreadable, empty, or lacks a required column.
        NotFound: the authority is unknown or has no rule-set today.
    """
    kind = inspector_kind(cmd, authority, await rules_today(cmd, authority))
    return await run_import(cmd, authority, kind, source, name=name, rejects=rejects, progress=progress, wanted=wanted)


async def preview_inspectors(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    wanted: Wanted = PLAIN,
    outputs: Outputs = NO_OUTPUTS,
    progress: Progress | None = None,
) -> Preview:
    """What `import_inspectors` would do with this file (试导入); nothing is written.

    Raises:
        Invalid: as the import.
        NotFound: the authority is unknown or has no rule-set today.
    """
    kind = inspector_kind(cmd, authority, await rules_today(cmd, authority))
    return await preview_import(authority, kind, source, name=name, wanted=wanted, outputs=outputs, progress=progress)


def inspector_kind(cmd: Command, authority: UUID, rules: RuleSet) -> Kind[InspectorDraft]:
    """How a file of inspectors is read, compared with the register and stored."""
    return Kind(
        "inspectors",
        INSPECTOR_COLUMNS,
        read_inspector,
        partial(_store, cmd, authority, rules),
        partial(_compare, cmd, authority, rules),
    )


async def _settle(cmd: Command, authority: UUID, rules: RuleSet, rows: Sequence[Good[InspectorDraft]]) -> Outcome:
    people = await store.inspectors_of(authority)
    return settle(rows, Books(people, rules, local_day(cmd.now)), cmd.new_id)


async def _compare(cmd: Command, authority: UUID, rules: RuleSet, rows: Sequence[Good[InspectorDraft]]) -> Comparison:
    outcome = await _settle(cmd, authority, rules, rows)
    changes = tuple(
        RowChange(row.number, one.entry.staff_no, _told(one) if row is one.person.rows[0] else {})
        for one in outcome.people
        if one.old is not None and one.changes
        for row in one.person.rows
    )
    return Comparison(outcome.rows(new=True), outcome.rows(), changes, outcome.rejected, _warned(outcome))


def _warned(outcome: Outcome) -> tuple[NotedRow, ...]:
    return tuple(NotedRow(row, (told,)) for one in outcome.people for row, told in one.warnings)


def _told(one: Settled) -> dict[str, JSON]:
    """Field → [before, after]; of certificates and interests, what happened to them."""
    told: dict[str, JSON] = {}
    for change in one.changes:
        if change.kind is ChangeKind.CHANGED:
            told |= change.facts
            continue
        number, count = change.facts.get("number"), change.facts.get("count")
        named = f"{change.facts.get('issuer')} {number}" if number else count
        told[f"{change.kind.value}{f' {number}' if number else ''}"] = [None, named]
        told |= {f"{number} {name}": pair for name, pair in change.facts.items() if isinstance(pair, list)}
    return told


async def _store(
    cmd: Command, authority: UUID, rules: RuleSet, run: UUID, rows: Sequence[Good[InspectorDraft]]
) -> Change:
    outcome = await _settle(cmd, authority, rules, rows)
    altered = [one for one in outcome.people if one.changes]
    if altered:
        units = await _units(cmd, authority, {one.entry.unit for one in altered})
        fresh = {one.id: (one.entry, units[one.entry.unit]) for one in altered if one.old is None}
        changed = {one.id: (one.entry, units[one.entry.unit]) for one in altered if one.old is not None}
        await store.put_entries(authority, fresh, changed, cmd.now)
        await _put_certificates(cmd, authority, altered)
        await _put_relations(cmd, altered)
        batch = await keep_changes(
            cmd, authority, rules, ((one.id, change) for one in altered for change in one.changes), run
        )
        event = cmd.event(
            EventKind.INSPECTORS_IMPORTED,
            f"registry:{authority}",
            run=str(run),
            batch=str(batch),
            added=[str(person) for person in fresh],
            changed=[str(person) for person in changed],
        )
        await append(event)
    return Change(
        outcome.rows(new=True), outcome.rows(changed=True), outcome.rows(), outcome.rejected, _warned(outcome)
    )


async def _units(cmd: Command, authority: UUID, names: set[str]) -> dict[str, UUID]:
    units = {unit.name: unit.id for unit in await authorities.units(authority)}
    for name in sorted(names - units.keys()):
        units[name] = (await open_unit(cmd, authority=authority, name=name)).id
    return units


async def _put_certificates(cmd: Command, authority: UUID, people: Sequence[Settled]) -> None:
    held = [(one.id, certificate) for one in people for certificate in one.certificates]
    fresh = {cmd.new_id(): (person, one) for person, one in held if one.id is None}
    await store.put_certificates(authority, fresh, [(one.id, one) for _, one in held if one.id is not None])


async def _put_relations(cmd: Command, people: Sequence[Settled]) -> None:
    today = local_day(cmd.now)
    fresh = [
        NewRelation(one.id, tie.object_code, tie.kind, RelationSource.REGISTER, today, until=None, note=None)
        for one in people
        for tie in one.ties
    ]
    fresh += [
        NewRelation(
            one.id, code, RelationKind.OTHER_INTEREST, RelationSource.REGISTER, None, None if stays else today, None
        )
        for one in people
        for code, stays in one.undated
    ]
    await store_presence.add_relations({cmd.new_id(): tie for tie in fresh}, cmd.actor.id, cmd.now)
    ended = [tie for one in people for tie in one.ended]
    await store_presence.end_relations(ended, today, cmd.actor.id, cmd.now)
    await store.forget_undated_relations([one.id for one in people if one.undated])
