"""What enters and leaves a device's feed. Called inside the transaction that changes the right to see something."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.visits.listing import team_of, visits_of_inspector
from inspection.visits.reading import known_visit
from inspection.visits.states import VisitState
from inspection.visits.told import needed_checklists, newest_numbers
from mobile_contract.pull import FeedOp, RemoveReason
from sync.pull import store
from sync.pull.store_moves import Move, move
from sync.pull.topics import checklist_topic, entries_topic, visit_of, visit_topic

ENDED: Final = (VisitState.APPROVED, VisitState.CANCELLED)

__all__ = [
    "change",
    "checklist_topic",
    "entries_topic",
    "fill",
    "give",
    "put",
    "remove",
    "standing_anywhere",
    "take",
    "tell_cards",
    "tell_entries",
    "tell_visits",
    "visit_of",
    "visit_topic",
    "withdraw",
]


async def tell_entries(visit: UUID, through: int, at: datetime, *, again: bool = False) -> None:
    """Tell the visit's audience that its entries now reach to number `through`; see `tell_visits`."""
    await tell_visits({visit: through}, at, again=again)


async def tell_visits(through: Mapping[UUID, int], at: datetime, *, again: bool = False) -> None:
    """Tell the audience of each visit the number to which its entries now reach: five statements, for all of them.

    Call it in the unit that admitted them: the visits' counters, which that unit holds, keep the audiences as they are.
    `again`: an entry that was given before is another one now (its body was erased), so everybody gets all of them.
    """
    audiences = await store.audiences([entries_topic(visit) for visit in sorted(through)])
    moves = [Move(device, topic, FeedOp.PUT, vseq=through[visit_of(topic)], whole=again) for device, topic in audiences]
    await move(moves, at)


async def tell_cards(visits: Collection[UUID], at: datetime) -> None:
    """Tell the devices that have these visits their cards anew. Inside a unit of work."""
    await newest_numbers(visits)  # nobody gets or loses one of them until commit
    audiences = await store.audiences([visit_topic(visit) for visit in visits])
    await move((Move(device, topic, FeedOp.PUT) for device, topic in audiences), at)


async def standing_anywhere(visits: Collection[UUID]) -> set[UUID]:
    """Those of these visits whose card stands in some feed now."""
    return {visit_of(topic) for _, topic in await store.audiences([visit_topic(visit) for visit in visits])}


async def give(devices: Collection[UUID], visit: UUID, at: datetime) -> None:
    """Put a visit into these feeds, with its entries and the checklists it needs; where it stands, its card is told
    anew.
    """
    await change({visit: dict.fromkeys(devices)}, at)


async def take(devices: Collection[UUID], visit: UUID, reason: RemoveReason, at: datetime) -> None:
    """Take a visit from these feeds; what its devices wrote in it stays theirs."""
    await change({visit: dict.fromkeys(devices, reason)}, at)


async def change(visits: Mapping[UUID, Mapping[UUID, RemoveReason | None]], at: datetime) -> None:
    """Give each visit to the devices that have no reason to lose it, and take it from the others, in one pass.

    Locks the visits' counters first: entries that are being admitted are either in the number that is told here or
    find these devices in the audience.
    """
    through = await newest_numbers(visits)
    needed = await needed_checklists(visits)
    pinned = {visit: _topics(needed.get(visit, frozenset())) for visit in visits}
    devices = {device for wanted in visits.values() for device in wanted}
    topics = {topic for visit in visits for topic in (visit_topic(visit), entries_topic(visit), *pinned[visit])}
    standing = await store.standing(devices, topics) if devices else {}
    moves: list[Move] = []
    for device in sorted(devices):
        has = standing.get(device, frozenset())
        mine = {visit: wanted[device] for visit, wanted in visits.items() if device in wanted}
        for visit, reason in sorted(mine.items()):
            if reason is None:
                moves += _given(device, visit, through[visit], pinned[visit], has)
            else:
                moves += _taken(device, visit, reason, has)
        lost = [visit for visit, reason in mine.items() if reason is not None]
        moves += await _spared(device, lost, {topic for visit in lost for topic in pinned[visit] if topic in has})
    await move(moves, at)


def _topics(places: Collection[tuple[str, int]]) -> list[str]:
    return [checklist_topic(code, version) for code, version in sorted(places)]


def _given(device: UUID, visit: UUID, through: int, pinned: Collection[str], has: Collection[str]) -> list[Move]:
    # In this order: who has got the card has the checklists that it names.
    moves = [Move(device, topic, FeedOp.PUT) for topic in pinned if topic not in has]
    moves.append(Move(device, visit_topic(visit), FeedOp.PUT))
    if entries_topic(visit) not in has:
        moves.append(Move(device, entries_topic(visit), FeedOp.PUT, vseq=through))
    return moves


def _taken(device: UUID, visit: UUID, reason: RemoveReason, has: Collection[str]) -> list[Move]:
    topics = (visit_topic(visit), entries_topic(visit))
    return [Move(device, topic, FeedOp.REMOVE, reason) for topic in topics if topic in has]


async def _spared(device: UUID, lost: Collection[UUID], pinned: Collection[str]) -> list[Move]:
    """Checklists of lost visits that no visit needs which stays on the device."""
    if not pinned:
        return []
    others = {visit_of(topic) for topic in await store.standing_visits(device)}
    kept = await needed_checklists(others - set(lost))
    still = {topic for places in kept.values() for topic in _topics(places)}
    return [Move(device, topic, FeedOp.REMOVE, RemoveReason.CLOSED) for topic in sorted(pinned) if topic not in still]


async def put(devices: Iterable[UUID], topic: str, at: datetime) -> None:
    """Tell these devices the latest state of a topic at their next pull."""
    await move((Move(device, topic, FeedOp.PUT) for device in devices), at)


async def remove(devices: Iterable[UUID], topic: str, reason: RemoveReason, at: datetime) -> None:
    """Take a topic from these devices."""
    await move((Move(device, topic, FeedOp.REMOVE, reason) for device in devices), at)


async def fill(device: UUID, inspectors: Collection[UUID], at: datetime) -> None:
    """Give a device every visit that these inspectors still have to work on."""
    visits = {visit for inspector in inspectors for visit in await visits_of_inspector(inspector)}
    open_ = [visit for visit in visits if (await known_visit(visit)).state not in ENDED]
    await change({visit: {device: None} for visit in open_}, at)


async def withdraw(device: UUID, inspector: UUID, staying: Collection[UUID], at: datetime) -> None:
    """Take from a device the visits that only this inspector of it may see; `staying` still act on it."""
    gone: list[UUID] = []
    for visit in await visits_of_inspector(inspector):
        devices = await store.devices_with_topic(visit_topic(visit))
        if device in devices and not set(staying) & set(await team_of(visit)):
            gone.append(visit)
    await change({visit: {device: RemoveReason.REASSIGNED} for visit in gone}, at)
