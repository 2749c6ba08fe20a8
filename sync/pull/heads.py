"""How far many feeds are: what is looked at to poke their devices."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sync.pull import store


async def heads_of(devices: Collection[UUID]) -> Mapping[UUID, int]:
    """By device, the newest number of its feed; who has no feed yet is left out. One statement."""
    return await store.feed_heads(devices)
