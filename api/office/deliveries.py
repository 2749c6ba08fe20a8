"""What was sent to other platforms: what arrived, what waits, what was given up and may be sent again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from inspection.publicity.channels import store
from inspection.publicity.channels.deliver import ask_again
from inspection.publicity.channels.rules import ChannelKind, DeliveryState
from inspection.publicity.channels.store import DeliveryRow
from mobile_contract.base import Wire

State = Annotated[
    DeliveryState | None, QueryParameter(name="state", description="only those in this state; dead: given up")
]
Limit = Annotated[int, QueryParameter(ge=1, le=500)]


class Delivery(Wire):
    """A version of a published result on its way through a channel.

    `error`: what the receiver said, or why it could not be reached; `receipt`: SHA-256 (hex) of its answer.
    """

    id: UUID
    channel: str
    kind: ChannelKind
    number: str
    version: int
    state: DeliveryState
    attempts: int
    asked_at: datetime
    next_try: datetime | None
    status: int | None
    error: str | None
    receipt: str | None
    settled_at: datetime | None


class Outbox(Wire):
    """How many wait and how many were given up, and the deliveries that were asked for, the newest first."""

    waiting: int
    dead: int
    deliveries: tuple[Delivery, ...]


@get("/deliveries", opt={"action": Action.DELIVERY_READ})
async def read_deliveries(request: AnyRequest, state_: State = None, limit: Limit = 100) -> Outbox:
    """The outbox of this authority."""
    authority = authority_of(request)
    found = await store.deliveries(authority, state=state_, limit=limit)
    waiting, dead = [await store.count(authority, one) for one in (DeliveryState.WAITING, DeliveryState.DEAD)]
    return Outbox(waiting=waiting, dead=dead, deliveries=tuple(map(_view, found)))


@post("/deliveries/{delivery_id:uuid}/again", opt={"action": Action.DELIVERY_REPEAT}, status_code=200)
async def send_again(request: AnyRequest, delivery_id: FromPath[UUID]) -> Delivery:
    """Send a result again that was given up; superseded when a later version has gone the same way."""
    return _view(await ask_again(command(request), authority=authority_of(request), delivery_id=delivery_id))


def _view(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        channel=row.code,
        kind=row.kind,
        number=row.number,
        version=row.version,
        state=row.state,
        attempts=row.attempts,
        asked_at=row.asked_at,
        next_try=row.not_before if row.state is DeliveryState.WAITING else None,
        status=row.status,
        error=row.error,
        receipt=row.receipt,
        settled_at=row.settled_at,
    )


router = Router("/office", route_handlers=[read_deliveries, send_again], tags=["office: publications"])
