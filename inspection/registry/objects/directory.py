"""The directory of an item (名录) as it stands on a day: who is in it, and which grounds hold for whom."""

from collections.abc import AsyncGenerator, Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from inspection.policy.model import RuleSet
from inspection.registry.objects import store, store_marks, store_registers
from inspection.registry.objects.facts import DirectoryRow, ObjectFacts, in_directory
from inspection.registry.objects.rules import Marked, in_force, object_grounds


async def directory_rows(
    authority: UUID,
    object_kinds: Collection[str],
    on: date | None = None,
    rules: RuleSet | None = None,
    also: Collection[str] = (),
) -> AsyncGenerator[DirectoryRow, None]:
    """Every object in the directory of an item with these object kinds, in the order of the codes, page by page.

    `object_kinds` name kinds of objects, trades, special registers or tags. With a day, entries that have expired and
    marks that are over do not count; with a rule-set as well, its grounds are computed for each object. `also` names
    further registers and tags that the rows shall tell of; nobody enters the directory by them.
    """
    named = await store_registers.named(authority, {*object_kinds, *also})
    async for page in store.directory_pages(authority):
        inside = await store_registers.entries_between(named, page.after, page.last, on) if named else {}
        marks = await store_marks.marks_between(authority, page.after, page.last) if on else {}
        for row in page.rows:
            found = replace(row, registers=tuple(sorted(inside[row.object_id]))) if row.object_id in inside else row
            if not in_directory(found, object_kinds):
                continue
            if on is not None and (found.flags or found.object_id in marks):
                found = _judged(found, marks.get(found.object_id, []), on, rules)
            yield found


async def directory_row_of(
    facts: ObjectFacts, object_kinds: Collection[str], on: date, rules: RuleSet
) -> DirectoryRow | None:
    """One object as `directory_rows` would yield it; None when it does not stand in that directory."""
    row = DirectoryRow(
        object_id=facts.id,
        oid=facts.code,
        kind=facts.kind,
        trades=facts.trades,
        area=facts.area,
        scale=facts.scale,
        credit_grade=facts.credit_grade,
        status=facts.status,
        risk=facts.risk,
        office=facts.office,
        owner=facts.owner,
        flags=facts.flags,
    )
    named = await store_registers.named(facts.authority, object_kinds)
    # Every code lies behind itself without its last character; others that do too are somebody else's.
    inside = await store_registers.entries_between(named, facts.code[:-1], facts.code, on) if named else {}
    row = replace(row, registers=tuple(sorted(inside.get(facts.id, ()))))
    marks = (await store_marks.marks_of([facts.id])).get(facts.id, [])
    return _judged(row, [one.marked for one in marks], on, rules) if in_directory(row, object_kinds) else None


def _judged(row: DirectoryRow, marks: list[Marked], on: date, rules: RuleSet | None) -> DirectoryRow:
    counting = tuple(dict.fromkeys(one.mark for one in marks if in_force(one, on)))
    if rules is None:
        return replace(row, marks=counting)
    grounds = object_grounds(marks, row.flags, rules, on)
    return replace(row, marks=counting, grounds=grounds.exempt, targeted=grounds.targeted)
