"""Which visits are one: connected components over the links that stand. Pure.

A link stands unless an unlinking names its entry. Sets only: in whatever order links and unlinkings arrive, the same
visits are one, under the same id.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Link:
    """`a` and `b` are one, says the entry with this hash."""

    a: UUID
    b: UUID
    entry: str


def components(links: Iterable[Link], unlinked: Collection[str] = ()) -> dict[UUID, frozenset[UUID]]:
    """By visit, all visits that are one with it, itself included; a visit without a standing link is left out.

    `unlinked`: hashes of the link entries that were undone.
    """
    joined: dict[UUID, set[UUID]] = {}
    for link in links:
        if link.entry in unlinked or link.a == link.b:
            continue
        both = joined.get(link.a, {link.a}) | joined.get(link.b, {link.b})
        joined.update((visit, both) for visit in both)
    return {visit: frozenset(together) for visit, together in joined.items()}


def canonical(together: Collection[UUID]) -> UUID:
    """The id that visits which are one are read under: the smallest."""
    return min(together, key=lambda visit: visit.bytes)
