"""The names of what stands in a feed (docs/sync.md, Pull). Pure."""

import re
from typing import Final
from uuid import UUID

VISIT: Final = "visit:"
ENTRIES: Final = "entries:"
CHECKLIST: Final = "checklist:"

_PLACE: Final = re.compile(r"checklist:(.+)@([1-9][0-9]*)")


def visit_topic(visit: UUID) -> str:
    """The card of a visit."""
    return f"{VISIT}{visit}"


def entries_topic(visit: UUID) -> str:
    """The entries of a visit."""
    return f"{ENTRIES}{visit}"


def checklist_topic(code: str, version: int) -> str:
    """One version of a checklist."""
    return f"{CHECKLIST}{code}@{version}"


def visit_of(topic: str) -> UUID:
    """The visit of a topic of a visit or of its entries; ValueError for a topic of another kind."""
    kind, _, visit = topic.partition(":")
    if f"{kind}:" not in (VISIT, ENTRIES):
        raise ValueError(f"not of a visit: {topic}")
    return UUID(visit)


def checklist_of(topic: str) -> tuple[str, int]:
    """Code and version of a topic of a checklist; ValueError for a topic of another kind."""
    found = _PLACE.fullmatch(topic)
    if found is None:
        raise ValueError(f"not a checklist: {topic}")
    return found[1], int(found[2])
