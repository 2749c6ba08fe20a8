"""The versions of an item in time: which one is in force on a day, and what one changed of the one before. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from inspection.kernel.canonical import JSON
from inspection.registry.items.draft import ItemDraft
from inspection.registry.items.facts import ItemFacts

STATED = (
    "name",
    "basis",
    "subject",
    "object_text",
    "object_kinds",
    "content",
    "method_text",
    "ratio_text",
    "frequency_text",
    "item_class",
    "qualification",
    "channel",
    "joint_eligible",
    "lead_department",
    "departments",
    "checklist_code",
    "note",
)
"""What a version states, in the order of the list; what was read out of its texts follows from them."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field in which two versions differ."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """A version and its time: in force from `item.effective_from` through `last_day` (None: until further notice).

    `changes`: what it changed of the version before; empty for the first.
    """

    item: ItemFacts
    last_day: date | None
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What changed in the published list between two days: codes added, withdrawn, and changed with their fields."""

    added: tuple[ItemFacts, ...]
    withdrawn: tuple[ItemFacts, ...]
    changed: tuple[tuple[ItemFacts, tuple[FieldChange, ...]], ...]


def changes(before: ItemFacts, after: ItemFacts | ItemDraft) -> tuple[FieldChange, ...]:
    """The stated fields in which two versions differ, or a version and what a list states."""
    pairs = ((name, _plain(getattr(before, name)), _plain(getattr(after, name))) for name in STATED)
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def history_of(versions: Sequence[ItemFacts]) -> tuple[ItemVersion, ...]:
    """All versions of one item, oldest first (as `versions` are), with their time and what each changed."""
    told = []
    for place, item in enumerate(versions):
        before = versions[place - 1] if place else None
        told.append(ItemVersion(item, _last_day(versions, place), changes(before, item) if before else ()))
    return tuple(told)


def in_force(versions: Iterable[ItemFacts], on: date) -> ItemFacts | None:
    """Of one item's versions the one in the published list on that day; None when there is none or it is withdrawn."""
    begun = [one for one in versions if one.published_at and one.effective_from and one.effective_from <= on]
    newest = max(begun, key=lambda one: one.version, default=None)
    if newest is None or (newest.withdrawn_on is not None and newest.withdrawn_on <= on):
        return None
    return newest


def list_on(versions: Iterable[ItemFacts], on: date) -> list[ItemFacts]:
    """The published list on that day, by code; `versions` are those of all items, by code."""
    found = (in_force(group, on) for _, group in groupby(versions, key=lambda one: one.code))
    return [one for one in found if one is not None]


def list_changes(before: Iterable[ItemFacts], after: Iterable[ItemFacts]) -> ListChanges:
    """What changed between the list of one day and that of a later one."""
    old, new = {one.code: one for one in before}, {one.code: one for one in after}
    differing = ((item, changes(old[code], item)) for code, item in new.items() if code in old)
    return ListChanges(
        added=tuple(item for code, item in new.items() if code not in old),
        withdrawn=tuple(item for code, item in old.items() if code not in new),
        changed=tuple((item, found) for item, found in differing if found),
    )


def _last_day(versions: Sequence[ItemFacts], place: int) -> date | None:
    """The last day on which the version stands in the published list; None for one never published, or open-ended."""
    item = versions[place]
    if item.published_at is None:
        return None
    later = [one.effective_from for one in versions[place + 1 :] if one.published_at and one.effective_from]
    ends = [*later, *([item.withdrawn_on] if item.withdrawn_on else [])]
    return min(ends) - timedelta(days=1) if ends else None


def _plain(value: object) -> JSON:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple):
        return [str(part) for part in value]
    return str(value)
