"""The union of a visit's checklists: which check points there are, and which one an answer means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mobile_contract.base import canonical_bytes
from mobile_contract.checklist import Checklist, ChecklistItem
from mobile_contract.envelope import ChecklistRef


@dataclass(frozen=True, slots=True)
class Point:
    """One check point. Two pinned checklists that hold it word for word share it: one answer counts for both."""

    item: ChecklistItem
    checklists: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        return (self.item.code, self.checklists)


@dataclass(frozen=True, slots=True)
class Scheme:
    """What is to be checked at one visit. Built by `scheme_of`.

    `pinned`: checklist code → digest of the version the visit is bound to. `known`: digest → items by code, of every
    version that can be read here.
    """

    points: tuple[Point, ...]
    by_place: Mapping[tuple[str, str], Point]
    pinned: Mapping[str, str]
    known: Mapping[str, Mapping[str, ChecklistItem]]

    def knows(self, ck: ChecklistRef | None) -> bool:
        """Whether the checklist version an entry names can be read here; an entry that names none can."""
        return ck is None or ck[2] in self.known

    def is_pinned(self, ck: ChecklistRef) -> bool:
        """Whether the visit is bound to exactly this version."""
        return self.pinned.get(ck[0]) == ck[2]

    def place(self, ck: ChecklistRef | None, code: str) -> Point | None:
        """The check point an answer means.

        Codes keep their meaning across versions of one checklist (sync.md §2.10), so an answer given on another
        version counts for the pinned one. Without `ck` the code must be unique in the visit.
        """
        if ck is not None:
            return self.by_place.get((ck[0], code))
        found = [point for point in self.points if point.code == code]
        return found[0] if len(found) == 1 else None

    def allows(self, ck: ChecklistRef | None, point: Point, value: str) -> bool:
        """Whether `value` is an answer to the point, in the version the author saw."""
        seen = self.known.get(ck[2], {}).get(point.code) if ck is not None else None
        return (seen or point.item).accepts(value)


def scheme_of(pinned: Iterable[Checklist], known: Iterable[Checklist] = ()) -> Scheme:
    """The scheme of a visit that pins `pinned`; `known` are further released versions that entries may name."""
    bound = {checklist.code: checklist for checklist in sorted(pinned, key=lambda c: (c.code, c.version))}
    groups: dict[bytes, list[tuple[str, ChecklistItem]]] = {}
    for code, checklist in sorted(bound.items()):
        for item in checklist.items:
            groups.setdefault(canonical_bytes(item), []).append((code, item))
    by_place: dict[tuple[str, str], Point] = {}
    for members in groups.values():
        point = Point(members[0][1], tuple(sorted(code for code, _ in members)))
        by_place.update({(code, point.code): point for code in point.checklists})
    points = tuple(sorted({point.key: point for point in by_place.values()}.values(), key=lambda p: p.key))
    digests = {code: checklist.digest() for code, checklist in bound.items()}
    readable = {checklist.digest(): _by_code(checklist) for checklist in (*bound.values(), *known)}
    return Scheme(points, by_place, digests, readable)


def _by_code(checklist: Checklist) -> dict[str, ChecklistItem]:
    return {item.code: item for item in checklist.items}
