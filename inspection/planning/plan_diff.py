"""What differs between two versions of a plan: lines added, removed, and changed field by field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.planning.facts import PlanFacts, PlanLineFacts
from inspection.planning.plan_lines import Line, Party


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a line, before and after, as the journal writes it."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """From the older version to the newer one; by item code. `reason` is that of the newer one."""

    older: UUID
    newer: UUID
    reason: str | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[FieldChange, ...]]


def differences(older: PlanFacts, newer: PlanFacts) -> PlanDiff:
    """What the newer version changes."""
    before = {line.item_code: line for line in older.lines}
    after = {line.item_code: line for line in newer.lines}
    changed = {
        code: fields for code in sorted(before.keys() & after.keys()) if (fields := _changes(before[code], after[code]))
    }
    added, removed = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    return PlanDiff(older.id, newer.id, newer.reason, tuple(added), tuple(removed), changed)


def fields_of(line: PlanLineFacts) -> dict[str, JSON]:
    """What a line says, in plain values: ratios as fractions, days in ISO form, departments by name."""
    return {
        "object": line.object_text,
        "content": line.content,
        "methods": [method.value for method in line.methods],
        "ratio": str(line.ratio),
        "quantity": line.quantity,
        "base": line.base,
        "frequency": line.frequency,
        "grades": {one.grade: [str(one.ratio), one.frequency] for one in line.strata},
        "lead": _name(line.lead),
        "participants": [_name(party) for party in line.participants],
        "joint": line.joint,
        "window": [line.starts_on.isoformat(), line.ends_on.isoformat()],
        "note": line.note,
        "reason": line.reason,
    }


def line_of(line: PlanLineFacts) -> Line:
    """A stored line as the rules take it."""
    named = {name: getattr(line, name) for name in Line.__slots__ if name != "item"}
    return Line(item=line.item_code, **named)


def _changes(before: PlanLineFacts, after: PlanLineFacts) -> tuple[FieldChange, ...]:
    old, new = fields_of(before), fields_of(after)
    own = [FieldChange(name, old[name], new[name]) for name in old if old[name] != new[name]]
    if before.item != after.item:
        own.insert(0, FieldChange("item", str(before.item), str(after.item)))
    return tuple(own)


def _name(party: Party | None) -> str | None:
    return party.name if party else None
