"""The outbox of an authority, page by page, however long it is: each receiver and state by itself, put together; and
the events in it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert
from inspection.publicity.channels.rules import DeliveryState
from inspection.publicity.channels.store import SHOWN, DeliveryRow, delivery_of
from inspection.publicity.channels.tables import Channel, Delivery

MOST_COUNTED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the last delivery on it."""

    asked_at: datetime
    id: UUID


async def outbox(
    authority: UUID, *, state: DeliveryState | None = None, before: Place | None = None, limit: int = 50
) -> list[DeliveryRow]:
    """Deliveries, the newest first, that lie behind `before`."""
    states = [state] if state is not None else list(DeliveryState)
    found: list[UUID] = []
    for channel in await _channels(authority):
        for one in states:
            found += await _page(channel, one, before, limit)
    if not found:
        return []
    rows = await Delivery.select(*SHOWN).where(Delivery.id.is_in(found))
    told = sorted(map(delivery_of, rows), key=lambda row: (row.asked_at, row.id), reverse=True)
    return told[:limit]


async def count_up_to(authority: UUID, state: DeliveryState, most: int = MOST_COUNTED) -> int:
    """How many deliveries are in a state; `most` + 1 when they are more than `most`."""
    count = 0
    for channel in await _channels(authority):
        if count > most:
            break
        rows = await ask(
            "SELECT count(*) AS n FROM (SELECT 1 AS one FROM delivery WHERE channel = {} AND state = {} LIMIT {}) AS s",
            channel,
            state.value,
            most + 1 - count,
        )
        count += int(rows[0]["n"])
    return count


async def count_everywhere(state: DeliveryState, most: int = MOST_COUNTED) -> int:
    """How many deliveries of all authorities are in a state, counted no further than `most`."""
    rows = await ask(
        "SELECT count(*) AS n FROM (SELECT 1 AS one FROM channel JOIN delivery ON delivery.channel = channel.id "
        "WHERE delivery.state = {} LIMIT {}) AS s",
        state.value,
        most,
    )
    return int(rows[0]["n"])


async def _channels(authority: UUID) -> list[UUID]:
    """The receivers of an authority, also those that are used no longer."""
    rows = await Channel.select(Channel.id).where(Channel.authority == authority)
    return [row["id"] for row in rows]


async def _page(channel: UUID, state: DeliveryState, before: Place | None, limit: int) -> list[UUID]:
    sql, args = "SELECT id FROM delivery WHERE channel = {} AND state = {} ", list[Any]((channel, state.value))
    if before is not None:
        # The first condition is what the index understands.
        sql += "AND asked_at <= {} AND (asked_at < {} OR id < {}) "
        args += [before.asked_at, before.asked_at, before.id]
    rows = await ask(sql + "ORDER BY asked_at DESC, id DESC LIMIT {}", *args, limit)
    return [plain_uuid(row["id"]) for row in rows]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event for one receiver. `event` names it for ever; what bears one `lane` arrives in order."""

    id: UUID
    channel: UUID
    event: str
    subject: str
    lane: str
    body: str


async def add_events(events: Sequence[NewEvent], at: datetime) -> None:
    """Put events into the outbox; what is there already stays as it is."""
    fixed = {"state": DeliveryState.WAITING.value, "attempts": 0, "asked_at": at, "not_before": at}
    await bulk_insert(Delivery, [asdict(one) | fixed for one in events], on_conflict="nothing")


async def send_events_again(channel: UUID, events: Sequence[str], at: datetime) -> None:
    """Let events wait as if they had been asked for now, in this order, wherever they are. What waits already keeps its
    tries. Ids say nothing of the order: what happened before anybody listened has younger ones than what came later.
    """
    for place, event in enumerate(events):
        await Delivery.raw(
            "UPDATE delivery SET state = 'waiting', asked_at = {}, settled_at = NULL, "
            "not_before = CASE WHEN state = 'waiting' THEN not_before ELSE {} END, "
            "attempts = CASE WHEN state = 'waiting' THEN attempts ELSE 0 END, "
            "claimed_until = CASE WHEN state = 'waiting' THEN claimed_until END WHERE channel = {} AND event = {}",
            at - timedelta(microseconds=len(events) - place),
            at,
            channel,
            event,
        )
