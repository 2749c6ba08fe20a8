"""The record as plain JSON, and its digest."""

from dataclasses import fields, is_dataclass
from typing import Any

from inspection.kernel.canonical import JSON, digest_of
from inspection.visits.record.model import VisitRecord

# Bytes may come first, last or never without changing what the inspectors stated (sync.md §2.15, I22). Which numbers of
# a log are lacking only the server knows: a device's fold of the same entries has the same digest (I7).
NOT_IN_DIGEST = frozenset({"missing_media", "gaps"})

# Members that records of an earlier day had not: without them they are written, and digested, as they were.
_LATER = frozenset({"servings"})


def record_json(record: VisitRecord) -> dict[str, JSON]:
    """Every member of the record as JSON values; lists keep their (sorted) order."""
    told = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    return {name: value for name, value in told.items() if value or name not in _LATER}


def state_digest(record: VisitRecord) -> str:
    """SHA-256 (hex) of the canonical JSON of everything stated, fold version included; missing media and gaps
    excluded.
    """
    return digest_of({name: value for name, value in record_json(record).items() if name not in NOT_IN_DIGEST})


def _plain(value: Any) -> JSON:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    raise TypeError(f"{type(value).__name__} does not belong in a record")
