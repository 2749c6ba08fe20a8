from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from inspection.kernel.canonical import JSON, sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.policy.model import RuleSet
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.rows import Good
from inspection.registry.intake.run import Change, Kind, Progress, Source, run_import
from inspection.registry.objects import store
from inspection.registry.objects.changes import object_changes
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.rows import ObjectDraft, read_object
from inspection.registry.rules_in_force import rules_today


async def import_objects(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a register of inspection objects (检查对象名录) into the library, from CSV or XLSX.

    Objects are known by their code: new ones are added, those whose facts differ are changed, objects that the file
    does not name stay as they are. Rejected rows are kept and, when there are any, written to `rejects` as CSV.

    Raises:
        Invalid: the file is too large (50 MiB), unreadable, empty, or lacks a required column.
        NotFound: the authority is unknown or has no rule-set today.
    """
    exemptions = exemption_words(await rules_today(cmd, authority))
    kind = Kind(
        "objects",
        OBJECT_COLUMNS,
        partial(read_object, exemptions=exemptions),
        partial(_store, cmd, authority),
    )
    report = await run_import(cmd, authority, kind, source, name=name, rejects=rejects, progress=progress)
    if report.counts.added or report.counts.changed:
        await store.measure_objects()
    return report


def exemption_words(rules: RuleSet) -> dict[str, str]:
    """What a register may write for each ground of exemption: its code or its text in either language → the code."""
    words: dict[str, str] = {}
    for ground in rules.visit_cap.exemptions:
        words |= {ground.code: ground.code, ground.text.zh: ground.code, ground.text.en: ground.code}
    return words


async def _store(cmd: Command, authority: UUID, run: UUID, rows: Sequence[Good[ObjectDraft]]) -> Change:
    drafts = {row.draft.code: (row.draft, row.digest) for row in rows}
    known = await store.known_objects(authority, list(drafts))
    fresh = {cmd.new_id(): drafts[code] for code in drafts if code not in known}
    added = await store.add_objects(authority, run, fresh, cmd.now)
    altered = {known[code].id: drafts[code] for code in known if known[code].digest != drafts[code][1]}
    before = await store.objects(altered)
    changes: dict[str, JSON] = {
        draft.code: object_changes(before[object_id], draft) for object_id, (draft, _) in altered.items()
    }
    await store.change_objects(altered, cmd.now)
    if added or altered:
        await append(
            cmd.event(
                EventKind.OBJECTS_IMPORTED,
                f"registry:{authority}",
                run=str(run),
                added=added,
                added_digest=sha256_hex("".join(sorted(digest for _, digest in fresh.values())).encode()),
                changed=changes,
            )
        )
    return Change(added, len(altered), len(drafts) - added - len(altered))
