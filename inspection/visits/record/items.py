"""The class of each check point, explained by its statements (sync.md §2.11, table)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from inspection.visits.record.answers import PointKey, PointStatements
from inspection.visits.record.explain import Around, grounds_of
from inspection.visits.record.intake import Said
from inspection.visits.record.model import Conflict, ItemClass, ItemRecord, Statement, StatementState
from inspection.visits.record.rulings import Resolves, Ruling, RulingState, Topic, rule_on
from inspection.visits.record.scheme import Point
from mobile_contract.checklist import Answer, ChecklistItem, ItemPolicy
from mobile_contract.decisions import Resolve


def classify(point: Point, told: PointStatements, around: Around, resolves: Resolves) -> ItemRecord:
    """The record of one check point: class, value, every statement with what became of it."""
    disputes = {said.hash for head in told.heads for said in around.disputes.get(head, ())}
    topic = Topic(
        heads=told.heads,
        disputes=frozenset(disputes),
        all_values={one.hash: one.value for one in told.statements if one.state is not StatementState.INVALID},
        allows=point.item.accepts,
    )
    ruling = rule_on(topic, resolves)
    own = _own_class(point, told, around, bool(disputes))
    cls, value = _class_and_value(own, ruling, told, point.item)
    return ItemRecord(
        code=point.code,
        checklists=point.checklists,
        cls=cls,
        value=value,
        statements=_after(ruling, told.statements),
        withdrawals=told.withdrawals,
        disputes=tuple(sorted(disputes)),
        rulings=ruling.by,
        remarks=_remarks(point, told, around, ruling, cls),
        because=grounds_of(cls, own, point, told, around, ruling),
    )


def conflict_of(item: ItemRecord) -> Conflict | None:
    """The open question of a check point: every head a resolution must name."""
    if not item.cls.is_open:
        return None
    heads = {one.hash for one in item.statements if one.state is StatementState.CURRENT}
    return Conflict(item.code, item.checklists, item.cls, tuple(sorted({*heads, *item.disputes, *item.rulings})))


def resolves_by_point(
    resolves: Iterable[Said], points: Iterable[PointKey], topic_of: Mapping[str, PointKey]
) -> dict[PointKey, tuple[Said, ...]]:
    """Which resolutions speak of which point. Where two points share a code, `over` tells which is meant."""
    found: dict[PointKey, list[Said]] = defaultdict(list)
    by_code: dict[str, list[PointKey]] = defaultdict(list)
    for key in points:
        by_code[key[0]].append(key)
    for said in resolves:
        keys = by_code[said.read_as(Resolve).item]
        named = {topic_of[hash_] for hash_ in said.header.over if hash_ in topic_of}
        for key in keys:
            if len(keys) == 1 or key in named:
                found[key].append(said)
    return {key: tuple(said) for key, said in found.items()}


def _own_class(point: Point, told: PointStatements, around: Around, disputed: bool) -> ItemClass:
    values: dict[str, set[str]] = defaultdict(set)
    for one in told.statements:
        if one.state is StatementState.CURRENT:
            values[one.inspector].add(one.value)
    if not values:
        return ItemClass.REFUSED if point.key in around.refused else ItemClass.UNANSWERED
    if not point.item.agree(set().union(*values.values())):
        return ItemClass.CONFLICT if len(values) > 1 else ItemClass.SELF_CONFLICT
    if disputed:
        return ItemClass.DISPUTED
    if len(values) > 1:
        return ItemClass.CORROBORATED
    if point.item.policy is ItemPolicy.EACH:
        return ItemClass.INCOMPLETE
    (author,) = values
    seconds = {said.ins for head in told.heads for said in around.concurs.get(head, ())}
    seconds |= {inspector for head in told.heads for inspector, _ in around.vouched_by.get(head, ())}
    return ItemClass.COUNTERSIGNED if seconds - {author} else ItemClass.SINGLE


def _class_and_value(
    own: ItemClass, ruling: Ruling, told: PointStatements, item: ChecklistItem
) -> tuple[ItemClass, str | None]:
    """Of numbers that agree within their tolerance the smallest stands for the point; the statements keep them all."""
    if ruling.state is RulingState.CONTRADICTORY:
        return ItemClass.RESOLUTION_CONFLICT, None
    if ruling.state is RulingState.REOPENED and own.is_open:
        return ItemClass.REOPENED, None
    if ruling.state is RulingState.DECIDED:
        return (ItemClass.REINSPECT, None) if ruling.how == "re-inspect" else (ItemClass.RESOLVED, ruling.value)
    agreed = set(told.heads.values())
    if own.is_open or not agreed or not item.agree(agreed):
        return own, None
    return own, min(agreed, key=lambda told: (Decimal(told), told)) if len(agreed) > 1 else agreed.pop()


def _after(ruling: Ruling, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    if ruling.state is not RulingState.DECIDED or ruling.how != "value":
        return statements
    return tuple(
        replace(one, state=StatementState.RESOLVED_AGAINST, by=ruling.by)
        if one.state is StatementState.CURRENT and one.value != ruling.value
        else one
        for one in statements
    )


def _remarks(point: Point, told: PointStatements, around: Around, ruling: Ruling, cls: ItemClass) -> tuple[str, ...]:
    current = [one for one in told.statements if one.state is StatementState.CURRENT]
    wants_note = point.item.note_required_on_no and any(one.value == Answer.NO for one in current)
    has_note = point.key in around.noted or any(one.comment for one in current if one.value == Answer.NO)
    always, on_no = point.item.photo_required, point.item.photo_required_on_no
    wants_photo = (always and any(one.value != Answer.NOT_APPLICABLE for one in current)) or (
        on_no and any(one.value == Answer.NO for one in current)
    )
    has_photo = point.key in around.pictured or any(one.media for one in current)
    remarks = {
        "withdrawn": bool(told.withdrawals),
        "note-missing": wants_note and not has_note,
        "photo-missing": wants_photo and not has_photo,
        "reopened": ruling.state is RulingState.REOPENED,
        "both-stand": cls is ItemClass.RESOLVED and ruling.how == "both-stand",
    }
    return tuple(sorted(name for name, holds in remarks.items() if holds))
