from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append
from inspection.planning import store_above
from inspection.planning.higher_rows import HIGHER_COLUMNS, HigherRow, read_higher
from inspection.planning.store_above import HigherPlanFacts
from inspection.registry.intake.remarks import Reason, remark
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.intake.run import Change, Kind, Progress, Source, run_import
from inspection.registry.objects.store_census import codes_named
from mobile_contract.problems import ProblemCode

HIGHER_PLANS = "higher_plans"  # what such an import is called among all

Known = dict[tuple[str, str, str], HigherPlanFacts]


async def import_higher_plans(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring in plans and drawn lists of higher authorities (兴隆台 五(五)、六(三)), CSV or XLSX.

    A row with an object says that it is drawn there; a row without one, that the whole item is. A plan is known by
    authority, number and item; later files change its days and add objects, and take none away.

    Raises:
        Invalid: the file is too large (CSV 300 MiB, XLSX 50 MiB), unreadable, empty, or lacks a required column.
        NotFound: `registry.authority_unknown`.
    """
    if await authorities.authority(authority) is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.authority_unknown", authority=str(authority))
    kind = Kind(HIGHER_PLANS, HIGHER_COLUMNS, read_higher, partial(_store, cmd, authority))
    return await run_import(cmd, authority, kind, source, name=name, rejects=rejects, progress=progress)


async def _store(cmd: Command, authority: UUID, run: UUID, rows: Sequence[Good[HigherRow]]) -> Change:
    have = await store_above.known(authority, [row.draft.source for row in rows])
    taken, refused = _agreeing(await _with_codes(authority, rows))
    fresh, changed = _plans(cmd, have, taken)
    await store_above.add_higher_plans(authority, run, list(fresh.values()))
    await store_above.change_higher_plans(list(changed.values()))
    plans = {**have, **fresh, **changed}
    drawn = {cmd.new_id(): row for row in taken if not row.draft.whole}
    new = await store_above.add_drawn(
        {row_id: (plans[row.draft.plan].id, row.draft.code, row.draft.name) for row_id, row in drawn.items()}
    )
    added = {drawn[row_id].number for row_id in new}
    added |= {row.number for row in taken if row.draft.whole and row.draft.plan in fresh}
    moved = {row.number for row in taken if row.draft.plan in changed} - added
    if added or moved:
        numbers: list[str] = sorted({plan.number for plan in (*fresh.values(), *changed.values())})
        event = cmd.event(
            EventKind.HIGHER_PLANS_IMPORTED,
            f"registry:{authority}",
            run=str(run),
            plans=list(numbers),
            added=len(fresh),
            changed=len(changed),
            objects=len(new),
        )
        await append(event)
    return Change(len(added), len(moved), len(taken) - len(added) - len(moved), tuple(refused))


async def _with_codes(
    authority: UUID, rows: Sequence[Good[HigherRow]]
) -> list[tuple[Good[HigherRow], Rejected | None]]:
    """Rows that name an object without its code get the code of the one object of that name."""
    bare = {row.draft.name for row in rows if not row.draft.code and row.draft.name}
    codes = await codes_named(authority, bare)
    found: list[tuple[Good[HigherRow], Rejected | None]] = []
    for row in rows:
        mine = codes.get(row.draft.name, []) if not row.draft.code and row.draft.name else [row.draft.code]
        if len(mine) == 1:
            found.append((replace(row, draft=replace(row.draft, code=mine[0])), None))
        else:
            reason = remark(Reason.NAME_NOT_ONE_OBJECT, value=row.draft.name, count=len(mine))
            found.append((row, Rejected(row.number, row.cells, (reason,))))
    return found


def _agreeing(
    rows: Sequence[tuple[Good[HigherRow], Rejected | None]],
) -> tuple[list[Good[HigherRow]], list[Rejected]]:
    """Rows of one plan and item say the same days; the first one's stand, another's are rejected."""
    first: dict[tuple[str, str, str], Good[HigherRow]] = {}
    taken, refused = [], []
    for row, wrong in rows:
        if wrong is not None:
            refused.append(wrong)
            continue
        lead = first.setdefault(row.draft.plan, row)
        if (lead.draft.starts_on, lead.draft.ends_on) == (row.draft.starts_on, row.draft.ends_on):
            taken.append(row)
        else:
            reason = remark(Reason.PLAN_DAYS_DIFFER, value=row.draft.number, first=lead.number)
            refused.append(Rejected(row.number, row.cells, (reason,)))
    return taken, refused


def _plans(
    cmd: Command, have: Mapping[tuple[str, str, str], HigherPlanFacts], rows: Sequence[Good[HigherRow]]
) -> tuple[Known, Known]:
    """The plans that are new, and those that a row changes."""
    fresh: Known = {}
    changed: Known = {}
    for row in rows:
        draft, key = row.draft, row.draft.plan
        old = fresh.get(key) or changed.get(key) or have.get(key)
        if old is None:
            old = HigherPlanFacts(
                cmd.new_id(),
                *key,
                draft.item_code,
                draft.scope,
                draft.year,
                draft.starts_on,
                draft.ends_on,
                draft.whole,
                cmd.now,
                cmd.actor.id,
            )
            fresh[key] = old
        told = replace(
            old,
            item_code=draft.item_code or old.item_code,
            scope=draft.scope or old.scope,
            year=draft.year,
            starts_on=draft.starts_on,
            ends_on=draft.ends_on,
            whole=old.whole or draft.whole,
        )
        if told != old:
            (fresh if key in fresh else changed)[key] = told
    return fresh, changed
