"""What differs between a stored fact and a new one, for the journal and the history. Pure.

The journal is for ever, personal data is not: of telephone numbers and persons it says only that they changed.
"""

from collections.abc import Collection, Mapping
from typing import Any

from inspection.kernel.canonical import JSON
from inspection.registry.intake.remarks import Oddity
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.objects.rows import ObjectDraft

PERSONAL = frozenset({"representative", "contact", "phone", "address"})
# `warnings` says how a row was written, not what the object is; `exemption` is the first of `flags`.
COMPARED = tuple(name for name in ObjectDraft.__annotations__ if name not in {"warnings", "exemption"})


# Facts that have another name than their column.
_FACTS = {"grade": ("credit_grade",), "flags": ("flags", "exemption")}
# Of which column each warning speaks, in the order in which a row is read.
_WARNED = (
    ("code", Oddity.CODE_CHECK_DIGIT),
    ("kind", Oddity.KIND_UNKNOWN),
    ("grade", Oddity.GRADE_UNKNOWN),
    ("status", Oddity.STATUS_UNKNOWN),
    ("flags", Oddity.EXEMPTION_UNKNOWN),
    ("risk", Oddity.RISK_UNKNOWN),
)


def completed(old: ObjectFacts, new: ObjectDraft, lacking: Collection[str]) -> ObjectDraft:
    """What a file says of an object, and what is known of it where the file has no column (`lacking`): only what is
    given changes. An empty cell of a column that is there says that there is nothing.
    """
    facts = {name: getattr(new, name) for name in ObjectDraft.__annotations__}
    for column in lacking:
        facts |= {name: getattr(old, name) for name in _FACTS.get(column, (column,))}
    facts["warnings"] = tuple(
        warning
        for column, oddity in _WARNED
        for warning in (old if column in lacking else new).warnings
        if warning == oddity
    )
    return ObjectDraft(**facts)


def object_changes(old: ObjectFacts, new: ObjectDraft) -> dict[str, JSON]:
    """Field → [before, after]; for personal fields an empty list."""
    return masked(object_differences(old, new))


def object_differences(old: ObjectFacts, new: ObjectDraft) -> dict[str, JSON]:
    """Field → [before, after], personal fields as they are: for a preview, which keeps nothing."""
    before = {name: getattr(old, name) for name in COMPARED}
    after = {name: getattr(new, name) for name in COMPARED}
    return plain_differences(before, after)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, JSON]:
    """The fields in which the two differ, as JSON; of personal fields only that they do."""
    return masked(plain_differences(before, after))


def plain_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, JSON]:
    """The fields in which the two differ, as JSON."""
    return {name: [_plain(before[name]), _plain(value)] for name, value in after.items() if before[name] != value}


def masked(changes: Mapping[str, JSON]) -> dict[str, JSON]:
    """Without what personal fields say."""
    return {name: [] if name in PERSONAL else values for name, values in changes.items()}


def _plain(value: Any) -> JSON:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return str(value)
