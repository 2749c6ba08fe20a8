"""An item list (随机抽查事项清单) brought into the library, or only looked at."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.registry.intake.preview import NO_OUTPUTS, Outputs, Preview, preview_import
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.rows import Good
from inspection.registry.intake.run import Change, Comparison, Kind, Progress, RowChange, Source, run_import
from inspection.registry.intake.wanted import PLAIN, Wanted
from inspection.registry.items import store
from inspection.registry.items.columns import ITEM_COLUMNS
from inspection.registry.items.draft import ItemDraft
from inspection.registry.items.history import changes
from inspection.registry.items.release_checklists import release_checklists
from inspection.registry.items.rows import read_item
from inspection.registry.rules_in_force import rules_today
from mobile_contract.checklist import Checklist


async def import_items(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    checklists: Sequence[Checklist] = (),
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
    wanted: Wanted = PLAIN,
) -> ImportReport:
    """Bring an item list (随机抽查事项清单) with its checklists into the library.

    Items are known by their code; one whose facts differ becomes a new version, not published yet. Checklists are
    released first, so that items may name them.

    Raises:
        Invalid: the file is too large (CSV 300 MiB, XLSX 50 MiB), unreadable, empty, or lacks a required column.
        Conflict: `registry.checklist_immutable`: a released version of a checklist with other content.
        NotFound: the authority is unknown or has no rule-set today.
    """
    await rules_today(cmd, authority)
    await release_checklists(cmd, authority=authority, checklists=checklists)
    kind = await _kind(cmd, authority)
    return await run_import(cmd, authority, kind, source, name=name, rejects=rejects, progress=progress, wanted=wanted)


async def preview_items(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    wanted: Wanted = PLAIN,
    outputs: Outputs = NO_OUTPUTS,
) -> Preview:
    """Tell what an import of an item list would add, change and reject; nothing is written. An item that differs would
    become a new version.

    Raises:
        Invalid, NotFound: as `import_items`.
    """
    kind = await _kind(cmd, authority)
    return await preview_import(authority, kind, source, name=name, wanted=wanted, outputs=outputs)


async def _kind(cmd: Command, authority: UUID) -> Kind[ItemDraft]:
    rules, codes = await rules_today(cmd, authority), await store.checklist_codes(authority)
    read = partial(read_item, checklists=codes, demanded=rules.items.fields)
    return Kind("items", ITEM_COLUMNS, read, partial(_store, cmd, authority), partial(_compare, authority))


async def _compare(authority: UUID, rows: Sequence[Good[ItemDraft]]) -> Comparison:
    newest = await store.item_versions(authority)
    known = [(row, *newest[row.draft.code]) for row in rows if row.draft.code in newest]
    told = tuple(
        RowChange(row.number, row.draft.code, {one.field: [one.before, one.after] for one in changes(old, row.draft)})
        for row, old, digest in known
        if digest != row.digest
    )
    return Comparison(len(rows) - len(known), len(known) - len(told), told)


async def _store(cmd: Command, authority: UUID, run: UUID, rows: Sequence[Good[ItemDraft]]) -> Change:
    newest = await store.item_versions(authority)
    fresh: dict[UUID, tuple[ItemDraft, str, int]] = {}
    for row in rows:
        old, digest = newest.get(row.draft.code), row.digest
        if old is None or old[1] != digest:
            fresh[cmd.new_id()] = (row.draft, digest, old[0].version + 1 if old else 1)
    changed = sum(1 for draft, _, _ in fresh.values() if draft.code in newest)
    if fresh:
        await store.add_items(authority, fresh, cmd.now, cmd.actor.name)
        await append(
            cmd.event(
                EventKind.ITEMS_IMPORTED,
                f"registry:{authority}",
                run=str(run),
                versions={draft.code: version for draft, _, version in fresh.values()},
                digests={draft.code: digest for draft, digest, _ in fresh.values()},
            )
        )
    return Change(len(fresh) - changed, changed, len(rows) - len(fresh))
