"""What enters and leaves a device's feed. Called inside the transaction that changes the right to see something."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.ids import uuid7
from inspection.visits.listing import team_of, visits_of_inspector
from inspection.visits.reading import known_visit
from inspection.visits.states import VisitState
from mobile_contract.pull import FeedOp, RemoveReason
from sync.pull import store

# Row ids need no repeatability: a row is known by its device and topic.
_entropy = SystemEntropy()
_VISIT = "visit:"


def visit_topic(visit: UUID) -> str:
    """The topic of a visit."""
    return f"{_VISIT}{visit}"


def visit_of(topic: str) -> UUID:
    """The visit of a topic; ValueError for a topic of another kind."""
    if not topic.startswith(_VISIT):
        raise ValueError(f"not a visit: {topic}")
    return UUID(topic.removeprefix(_VISIT))


async def put(devices: Iterable[UUID], topic: str, at: datetime) -> None:
    """Tell these devices the latest state of a topic at their next pull."""
    # Sorted: two transactions that tell the same devices lock their counters in the same order.
    for device in sorted(set(devices)):
        await store.put_feed_row(uuid7(at, _entropy), device, topic, FeedOp.PUT, None, at)


async def remove(devices: Iterable[UUID], topic: str, reason: RemoveReason, at: datetime) -> None:
    """Take a topic from these devices; what they wrote in it stays theirs."""
    for device in sorted(set(devices)):
        await store.put_feed_row(uuid7(at, _entropy), device, topic, FeedOp.REMOVE, reason, at)


async def fill(device: UUID, inspectors: Collection[UUID], at: datetime) -> None:
    """Give a device every visit that these inspectors still have to work on."""
    visits = {visit for inspector in inspectors for visit in await visits_of_inspector(inspector)}
    for visit in sorted(visits):
        if (await known_visit(visit)).state is not VisitState.APPROVED:
            await put([device], visit_topic(visit), at)


async def withdraw(device: UUID, inspector: UUID, staying: Collection[UUID], at: datetime) -> None:
    """Take from a device the visits that only this inspector of it may see; `staying` still act on it."""
    for visit in sorted(await visits_of_inspector(inspector)):
        topic = visit_topic(visit)
        if device in await store.devices_with_topic(topic) and not set(staying) & set(await team_of(visit)):
            await remove([device], topic, RemoveReason.REASSIGNED, at)
