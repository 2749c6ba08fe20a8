"""How a change of rights reaches the tablets: in the same commit, as rows of their feeds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.kernel.journal import EventKind, JournalEntry, install_projection
from inspection.kernel.journal.append import Projection
from inspection.visits.listing import team_of
from inspection.visits.reading import joined_visits, known_visit
from inspection.visits.states import VisitState
from mobile_contract.decisions import DecisionType
from mobile_contract.pull import RemoveReason
from sync.devices import store as store_devices
from sync.pull import feeds, store
from sync.pull.lapse import why_lost


async def tell_team(entry: JournalEntry) -> None:
    """Put the visit, and those that are one with it, into the feeds of its team's devices, and take it from others."""
    for visit in await joined_visits(_visit(entry)):
        await _tell_team(visit, entry.at)


async def _tell_team(visit: UUID, at: datetime) -> None:
    if (await known_visit(visit)).state is VisitState.SEALED:
        return  # nobody learns of it yet, not even that there is one
    team = await team_of(visit)
    # Before the devices are read: one that enrols at this moment is either seen here or sees the visit itself.
    await store.lock_audience(team)
    audience = {device.id for device in await store_devices.devices_of(team)}
    had = set(await store.devices_with_topic(feeds.visit_topic(visit)))
    gone = {device: await why_lost(visit, device) for device in had - audience}
    await feeds.change({visit: {**dict.fromkeys(audience), **gone}}, at)


async def close_topic(entry: JournalEntry) -> None:
    """A published visit leaves the tablets, with those that are one with it; their own entries stay there. A penalty
    is no visit: nothing of it was ever on a tablet.
    """
    if not entry.stream.startswith("visit:"):
        return
    for visit in await joined_visits(_visit(entry)):
        devices = await store.devices_with_topic(feeds.visit_topic(visit))
        await feeds.take(devices, visit, RemoveReason.PUBLISHED, entry.at)


async def tell_readmitted(entry: JournalEntry) -> None:
    """Entries that waited for their visit got their numbers; or bodies came of entries that had been given without."""
    again = bool(entry.payload.get("bodies"))
    await feeds.tell_entries(_visit(entry), int(str(entry.payload["last"])), entry.at, again=again)


async def tell_pinned(entry: JournalEntry) -> None:
    """A visit is answered with a newer version of a checklist: the version, and the card that names it."""
    if entry.payload["type"] == DecisionType.CK_PIN:
        await tell_team(entry)


def _visit(entry: JournalEntry) -> UUID:
    return feeds.visit_of(entry.stream)


PROJECTIONS: Final[Mapping[EventKind, tuple[Projection, ...]]] = {
    EventKind.VISIT_UNSEALED: (tell_team,),
    EventKind.VISIT_MERGED: (tell_team,),
    EventKind.LEADER_NAMED: (tell_team,),
    EventKind.VISIT_TEAM_CHANGED: (tell_team,),
    EventKind.VISIT_CANCELLED: (tell_team,),
    EventKind.VISIT_RETURNED: (tell_team,),
    EventKind.VISITS_LINKED: (tell_team,),
    EventKind.VISITS_UNLINKED: (tell_team,),
    EventKind.VISIT_APPROVED: (tell_team,),
    EventKind.VISIT_DECIDED: (tell_pinned,),
    EventKind.ENTRIES_READMITTED: (tell_readmitted,),
    EventKind.PUBLICATION_PUBLISHED: (close_topic,),
}
"""What changes a tablet's view of a visit. Every key's stream is the visit's."""


def install() -> None:
    """Install every projection of this room; harmless when repeated."""
    for kind, projections in PROJECTIONS.items():
        for projection in projections:
            install_projection(kind, projection)
