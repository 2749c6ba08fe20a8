from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from inspection.kernel.canonical import JSON, sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.rows import Good
from inspection.registry.intake.run import Change, Kind, Progress, Source, run_import
from inspection.registry.intake.wanted import PLAIN, Wanted
from inspection.registry.objects import store, store_changes
from inspection.registry.objects.changes import object_changes
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.compare_objects import compare_objects, completed_rows
from inspection.registry.objects.kinds import ObjectWords, foreign_kinds, read_admissible
from inspection.registry.objects.rows import ObjectDraft
from inspection.registry.objects.rules import exemption_words
from inspection.registry.rules_in_force import rules_today

WHAT = "objects"


async def import_objects(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
    wanted: Wanted = PLAIN,
) -> ImportReport:
    """Bring a register of inspection objects (检查对象名录) into the library, from CSV or XLSX.

    Objects are known by their code: new ones are added, those whose facts differ are changed, objects that the file
    does not name stay as they are. So does a fact for which the file has no column; an empty cell of a column that is
    there clears it. Rejected rows are kept and, when there are any, written to `rejects` as CSV.

    Raises:
        Invalid: the file is too large (CSV 300 MiB, XLSX 50 MiB), unreadable, empty, or lacks a required column; the
            mapping of `wanted` names a field or a header that is not there.
        NotFound: the authority is unknown or has no rule-set today; no mapping is kept for the origin.
        StaleScreen: `registry.preview_stale`: something changed since the preview whose token is given.
    """
    kind = await object_kind(cmd, authority)
    report = await run_import(
        cmd, authority, kind, source, name=name, rejects=rejects, progress=progress, wanted=wanted
    )
    if report.counts.added or report.counts.changed:
        await store.measure_objects()
    return report


async def object_kind(cmd: Command, authority: UUID) -> Kind[ObjectDraft]:
    """How a register of objects is read, compared and stored under the authority's rule-set of the day."""
    rules = await rules_today(cmd, authority)
    words = ObjectWords(exemption_words(rules), foreign_kinds(rules), rules.registers.article)

    def kind(lacking: frozenset[str]) -> Kind[ObjectDraft]:
        return Kind(
            WHAT,
            OBJECT_COLUMNS,
            partial(read_admissible, words=words),
            partial(_store, cmd, authority, lacking),
            partial(compare_objects, authority, lacking=lacking),
            apart=True,
            without=kind,
        )

    return kind(frozenset())


async def _store(
    cmd: Command, authority: UUID, lacking: frozenset[str], run: UUID, rows: Sequence[Good[ObjectDraft]]
) -> Change:
    known = await store.known_objects(authority, [row.draft.code for row in rows])
    rows = await completed_rows(rows, known, lacking)
    drafts = {row.draft.code: (row.draft, row.digest) for row in rows}
    unknown = [code for code in drafts if code not in known]
    fresh = {new_id: drafts[code] for new_id, code in zip(cmd.new_ids(len(unknown)), unknown, strict=True)}
    added = await store.add_objects(authority, run, fresh, cmd.now)
    altered = {known[code].id: drafts[code] for code in known if known[code].digest != drafts[code][1]}
    before = await store.objects(altered)
    told = {object_id: object_changes(before[object_id], draft) for object_id, (draft, _) in altered.items()}
    changes = {object_id: fields for object_id, fields in told.items() if fields}
    # Those written in another way only (a word for a kind, say) change nothing; their digest is brought up to date.
    await store.change_objects(altered, cmd.now)
    by = (cmd.actor.id, cmd.actor.name)
    await store_changes.add_changes({cmd.new_id(): change for change in changes.items()}, run, cmd.now, *by)
    if added or changes:
        by_code: Mapping[str, JSON] = {altered[object_id][0].code: fields for object_id, fields in changes.items()}
        await append(
            cmd.event(
                EventKind.OBJECTS_IMPORTED,
                f"registry:{authority}",
                run=str(run),
                added=added,
                added_digest=sha256_hex("".join(sorted(digest for _, digest in fresh.values())).encode()),
                changed=by_code,
            )
        )
    return Change(added, len(changes), len(drafts) - added - len(changes))
