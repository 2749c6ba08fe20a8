"""One item of the list stated anew by hand: a new version, checked as a row of a list is when it comes in."""

from collections.abc import Mapping
from uuid import UUID

from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.report import NotedRow
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.intake.run import one_at_a_time
from inspection.registry.items import store
from inspection.registry.items.columns import ITEM_COLUMNS
from inspection.registry.items.draft import ItemDraft
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.history import changes
from inspection.registry.items.rows import read_item
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

FIELDS = tuple(column.field for column in ITEM_COLUMNS if column.field not in {"heading", "sub_item"})
"""What is stated of an item, by the columns of a list; the name is whole."""
_TITLES = {column.field: column.synonyms[0] for column in ITEM_COLUMNS}


def stated_of(item: ItemFacts) -> dict[str, str]:
    """What a version states, as the row of a list would say it."""
    return {
        "code": item.code,
        "name": item.name,
        "basis": item.basis,
        "subject": item.subject,
        "object": item.object_text,
        "content": item.content,
        "method": item.method_text,
        "ratio": item.ratio_text,
        "frequency": item.frequency_text,
        "checklist": item.checklist_code or "",
        "class": item.class_text or "",
        "kinds": "、".join(item.object_kinds),
        "qualification": item.qualification or "",
        "channel": item.channel,
        "joint": "是" if item.joint_eligible else "否",
        "lead": item.lead_department or "",
        "departments": "、".join(item.departments),
        "note": item.note or "",
    }


async def edit_item(cmd: Command, *, authority: UUID, stated: Mapping[str, str], based_on: int) -> ItemFacts:
    """Keep what is stated of an item (`FIELDS` → text) as its next version, not published yet; returns that version.

    `based_on`: the newest version that was known to whoever states it, 0 for an item that is not there yet. Without a
    code the item has that of its name, as in a list without codes.

    Raises:
        NotFound: the authority is unknown or has no rule-set today.
        Invalid: `registry.item_refused` with every reason for which a list's row would be refused,
            `registry.mapping_field_unknown`.
        StaleScreen: `registry.item_stale`: there is another newest version by now.
        Conflict: `registry.item_unchanged`.
    """
    rules = await rules_today(cmd, authority)
    async with unit_of_work():
        await one_at_a_time(authority)
        row = _read(stated, read_codes=await store.checklist_codes(authority))
        newest = (await store.item_versions(authority)).get(row.draft.code)
        known = newest[0].version if newest else 0
        if known != based_on:
            raise StaleScreen(ProblemCode.STALE_SCREEN, "registry.item_stale", item=row.draft.code, version=known)
        if newest and newest[1] == row.digest:
            raise Conflict(ProblemCode.CONFLICT, "registry.item_unchanged", item=row.draft.code)
        item_id = cmd.new_id()
        await store.add_items(authority, {item_id: (row.draft, row.digest, known + 1)}, cmd.now, cmd.actor.name)
        changed = [one.field for one in changes(newest[0], row.draft)] if newest else []
        await append(
            cmd.under(rules.name).event(
                EventKind.ITEM_EDITED,
                f"registry:{authority}",
                item=row.draft.code,
                version=known + 1,
                digest=row.digest,
                changed=changed,
            )
        )
    return (await store.items([item_id]))[item_id]


def _read(stated: Mapping[str, str], read_codes: frozenset[str]) -> Good[ItemDraft]:
    if unknown := sorted(stated.keys() - set(FIELDS)):
        raise Invalid(ProblemCode.INVALID, "registry.mapping_field_unknown", fields=unknown, known=list(FIELDS))
    given = [name for name in FIELDS if name != "code" or stated.get("code", "").strip()]
    header = tuple(_TITLES[name] for name in given)
    columns = ColumnMap(header, {name: (place,) for place, name in enumerate(given)})
    found = read_item(columns, RawRow(1, tuple(stated.get(name, "") for name in given)), read_codes)
    if isinstance(found, Rejected):
        told = NotedRow(1, found.reasons)
        raise Invalid(
            ProblemCode.INVALID, "registry.item_refused", reasons={lang: told.text(lang) for lang in LANGUAGES}
        )
    return found
