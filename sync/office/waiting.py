"""Entries that wait for a visit nobody here knows: leaders are told of them after a day (sync.md §4, case 26)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sync.office import store_waiting

PATIENCE: Final = timedelta(hours=24)
"""A visit that was opened on a tablet is usually known within a day."""


@dataclass(frozen=True, slots=True)
class WaitingVisit:
    """A visit that entries name and that is not known here. `since`: when the first of them came.

    `inspectors`: who wrote them; `carriers`: the devices that brought them.
    """

    visit: UUID
    entries: int
    since: datetime
    inspectors: tuple[UUID, ...]
    carriers: tuple[UUID, ...]


async def waiting_visits(authority: UUID, now: datetime, limit: int = 100) -> list[WaitingVisit]:
    """Those whose entries were brought by devices of this authority a day ago or earlier, the longest waiting first."""
    found = await store_waiting.awaited(authority, now - PATIENCE, limit)
    people: dict[UUID, set[UUID]] = defaultdict(set)
    devices: dict[UUID, set[UUID]] = defaultdict(set)
    for visit, inspector, carrier in await store_waiting.writers([one.visit for one in found]):
        people[visit].add(inspector)
        devices[visit].add(carrier)
    return [
        WaitingVisit(
            one.visit, one.entries, one.since, tuple(sorted(people[one.visit])), tuple(sorted(devices[one.visit]))
        )
        for one in found
    ]
