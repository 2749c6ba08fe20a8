"""What those who keep tablets up to date ask of visits, many at once."""

from collections.abc import Collection, Mapping
from uuid import UUID

from inspection.visits import store_cards


async def newest_numbers(visits: Collection[UUID]) -> Mapping[UUID, int]:
    """By visit, the number of its newest entry (0 without any). Nobody else takes one of them until commit."""
    # Sorted: two transactions that ask for the same visits lock their counters in the same order.
    return {visit: await store_cards.newest_number(visit) for visit in sorted(visits)}


async def needed_checklists(visits: Collection[UUID]) -> Mapping[UUID, frozenset[tuple[str, int]]]:
    """By visit, code and version of the checklists it is answered with."""
    return await store_cards.checklists_of(visits)
