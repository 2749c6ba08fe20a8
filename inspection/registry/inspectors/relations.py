"""Interests of a person in an object, declared before any draw (金凤 第十一条, 威海 第十七条, 泉州 二(三)2)."""

from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors import store_presence
from inspection.registry.inspectors.entry import Changed
from inspection.registry.inspectors.facts import RelationFacts
from inspection.registry.inspectors.keep_changes import keep_changes
from inspection.registry.inspectors.person import clean_note, held_person, in_order, is_self
from inspection.registry.inspectors.store_presence import NewRelation
from inspection.registry.inspectors.terms import ChangeKind, RelationKind, RelationSource
from inspection.registry.intake.remarks import Remark
from inspection.registry.objects.codes import read_code
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode


async def declare_relation(
    cmd: Command,
    inspector: UUID,
    *,
    object_code: str,
    kind: RelationKind,
    since: date | None = None,
    until: date | None = None,
    note: str | None = None,
) -> RelationFacts:
    """Declare that a person must not inspect the object with this code, from `since` to `until`; open ends last.

    The object need not stand in the register yet. Former employment bars for as many years as the law says: the last
    day of the bar must be given. Journal and change log never say in whom the interest is.

    Raises:
        NotFound: `registry.inspector_unknown`.
        Refused: `registry.own_relation_only`.
        Invalid: `registry.code_missing`, `registry.code_shape`, `registry.code_rounded`, `registry.days_reversed`,
            `registry.end_missing`, `registry.note_too_long`.
    """
    code = read_code(object_code)
    if isinstance(code, Remark):
        raise Invalid(ProblemCode.INVALID, code.key.value, **code.facts)
    in_order(since, until)
    if kind is RelationKind.FORMER_EMPLOYMENT and until is None:
        raise Invalid(ProblemCode.INVALID, "registry.end_missing")
    source = RelationSource.INSPECTOR if is_self(cmd, inspector) else RelationSource.OFFICE
    new = NewRelation(inspector, code.code, kind, source, since, until, clean_note(note))
    async with unit_of_work():
        person = await held_person(cmd, inspector)
        one = cmd.new_id()
        await store_presence.add_relations({one: new}, cmd.actor.id, cmd.now)
        tie = RelationFacts(one, inspector, code.code, kind, source, since, until, new.note)
        await _log(cmd, person.authority, tie, ChangeKind.RELATION_DECLARED, EventKind.RELATION_DECLARED)
    return tie


async def end_relation(cmd: Command, relation: UUID, *, last_day: date | None = None) -> None:
    """Let an interest end with `last_day` (today): it bars to that day, and stays on record.

    Raises:
        NotFound: `registry.relation_unknown`: no such one in the caller's register, or ended before that day.
        Refused: `registry.own_relation_only`.
        Invalid: `registry.days_reversed`: before its first day.
    """
    last = last_day or local_day(cmd.now)
    async with unit_of_work():
        tie = await store_presence.relation(relation)
        unknown = NotFound(ProblemCode.NOT_FOUND, "registry.relation_unknown", relation=str(relation))
        if tie is None or (tie.until is not None and tie.until <= last):
            raise unknown
        person = await held_person(cmd, tie.inspector, unknown)
        is_self(cmd, tie.inspector)
        in_order(tie.since, last)
        await store_presence.end_relations([relation], last, cmd.actor.id, cmd.now)
        await _log(cmd, person.authority, tie, ChangeKind.RELATION_ENDED, EventKind.RELATION_ENDED)


async def _log(cmd: Command, authority: UUID, tie: RelationFacts, kind: ChangeKind, event: EventKind) -> None:
    rules = await rules_today(cmd, authority)
    await keep_changes(cmd, authority, rules, [(tie.inspector, Changed(kind, {"count": 1}, entitles=False))])
    facts = {"inspector": str(tie.inspector), "relation": str(tie.id)}
    await append(cmd.event(event, f"registry:{authority}", **facts))
