from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.rows import Good
from inspection.registry.intake.run import Change, Kind, Progress, Source, run_import
from inspection.registry.intake.wanted import PLAIN, Wanted
from inspection.registry.items import store
from inspection.registry.items.columns import ITEM_COLUMNS
from inspection.registry.items.draft import ItemDraft
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
    rules = await rules_today(cmd, authority)
    await release_checklists(cmd, authority=authority, checklists=checklists)
    codes = await store.checklist_codes(authority)
    read = partial(read_item, checklists=codes, demanded=rules.items.fields)
    kind = Kind("items", ITEM_COLUMNS, read, partial(_store, cmd, authority))
    return await run_import(cmd, authority, kind, source, name=name, rejects=rejects, progress=progress, wanted=wanted)


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
