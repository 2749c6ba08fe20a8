"""How a change of rights reaches the tablets: in the same commit, as rows of their feeds."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from inspection.kernel.journal import EventKind, JournalEntry, install_projection
from inspection.kernel.journal.append import Projection
from inspection.visits.listing import recused_from, team_of
from inspection.visits.reading import known_visit
from inspection.visits.states import VisitState
from mobile_contract.pull import RemoveReason
from sync.devices import store as store_devices
from sync.devices.bind import acting_inspectors
from sync.pull import feeds, store


async def tell_team(entry: JournalEntry) -> None:
    """Put the visit into the feeds of its team's devices, and take it from those of everybody else."""
    visit = _visit(entry)
    if (await known_visit(visit)).state is VisitState.SEALED:
        return  # nobody learns of it yet, not even that there is one
    team = await team_of(visit)
    # Before the devices are read: one that enrols at this moment is either seen here or sees the visit itself.
    await store.lock_audience(team)
    audience = {device.id for device in await store_devices.devices_of(team)}
    had = set(await store.devices_with_topic(feeds.visit_topic(visit)))
    gone = {device: await _why(visit, device) for device in had - audience}
    await feeds.change({visit: {**dict.fromkeys(audience), **gone}}, entry.at)


async def _why(visit: UUID, device: UUID) -> RemoveReason:
    """Why a device loses a visit: it ended, its inspector was recused, or somebody else goes."""
    if (await known_visit(visit)).state is VisitState.CANCELLED:
        return RemoveReason.CLOSED
    acting = (await acting_inspectors([device]))[device]
    return RemoveReason.RECUSED if acting & await recused_from(visit) else RemoveReason.REASSIGNED


async def close_topic(entry: JournalEntry) -> None:
    """A published visit leaves the tablets; their own entries stay there."""
    visit = _visit(entry)
    devices = await store.devices_with_topic(feeds.visit_topic(visit))
    await feeds.take(devices, visit, RemoveReason.PUBLISHED, entry.at)


async def tell_readmitted(entry: JournalEntry) -> None:
    """Entries that waited for their visit got their numbers."""
    await feeds.tell_entries(_visit(entry), int(str(entry.payload["last"])), entry.at)


def _visit(entry: JournalEntry) -> UUID:
    return feeds.visit_of(entry.stream)


PROJECTIONS: Final[Mapping[EventKind, tuple[Projection, ...]]] = {
    EventKind.VISIT_UNSEALED: (tell_team,),
    EventKind.VISIT_MERGED: (tell_team,),
    EventKind.LEADER_NAMED: (tell_team,),
    EventKind.VISIT_TEAM_CHANGED: (tell_team,),
    EventKind.VISIT_CANCELLED: (tell_team,),
    EventKind.VISIT_RETURNED: (tell_team,),
    EventKind.VISIT_APPROVED: (tell_team,),
    EventKind.ENTRIES_READMITTED: (tell_readmitted,),
    EventKind.PUBLICATION_PUBLISHED: (close_topic,),
}
"""What changes a tablet's view of a visit. Every key's stream is the visit's."""


def install() -> None:
    """Install every projection of this room; harmless when repeated."""
    for kind, projections in PROJECTIONS.items():
        for projection in projections:
            install_projection(kind, projection)
