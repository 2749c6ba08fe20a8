"""All queries of events in the outbox."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from inspection.kernel.sql import bulk_insert
from inspection.publicity.channels.rules import DeliveryState
from inspection.publicity.channels.tables import Delivery


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event for one receiver. `event` names it for ever; what bears one `lane` arrives in order."""

    id: UUID
    channel: UUID
    event: str
    subject: str
    lane: str
    body: str


async def add(events: Sequence[NewEvent], at: datetime) -> None:
    """Put events into the outbox; what is there already stays as it is."""
    fixed = {"state": DeliveryState.WAITING.value, "attempts": 0, "asked_at": at, "not_before": at}
    await bulk_insert(Delivery, [asdict(one) | fixed for one in events], on_conflict="nothing")


async def again(channel: UUID, events: Sequence[str], at: datetime) -> None:
    """Let events wait as if they had been asked for now, in their order, wherever they are."""
    for event in events:
        await Delivery.raw(
            "UPDATE delivery SET state = 'waiting', asked_at = {}, not_before = {}, attempts = 0, settled_at = NULL, "
            "claimed_until = NULL WHERE channel = {} AND event = {} AND state <> 'waiting'",
            at,
            at,
            channel,
            event,
        )
