"""What differs between a stored fact and a new one, for the journal. Pure.

The journal is for ever, personal data is not: of telephone numbers and persons it says only that they changed.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from inspection.kernel.canonical import JSON
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.objects.rows import ObjectDraft

PERSONAL = frozenset({"representative", "contact", "phone", "address"})


def object_changes(old: ObjectFacts, new: ObjectDraft) -> dict[str, JSON]:
    """Field → [before, after]; for personal fields an empty list."""
    before = {field.name: getattr(old, field.name) for field in fields(new)}
    after = {field.name: getattr(new, field.name) for field in fields(new)}
    return differences(before, after)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, JSON]:
    """The fields in which the two differ, as JSON."""
    changed: dict[str, JSON] = {}
    for name, value in after.items():
        if before[name] != value:
            changed[name] = [] if name in PERSONAL else [_plain(before[name]), _plain(value)]
    return changed


def _plain(value: Any) -> JSON:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return str(value)
