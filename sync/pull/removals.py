"""What devices were told of visits that they lost: by that it is judged who acted against a recusal (sync.md §2.10)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sync.pull import store
from sync.pull.topics import visit_topic


async def removals(visit: UUID, devices: Collection[UUID]) -> Mapping[UUID, int]:
    """By device, the number of its feed by which it was told at the latest that the visit is gone from it.

    A device in whose feed the visit stands, or to which it was never given, is left out.
    """
    return await store.removed_by(visit_topic(visit), devices)
