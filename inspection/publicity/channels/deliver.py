"""Bring what waits in the outbox to its receivers.

At least once on the wire, once at the receiver: every try of a delivery bears the same `Idempotency-Key`, and what
concerns one object goes one after the other. No job of the worker: a receiver may be away for days.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import httpx
import structlog

from inspection.kernel.apart import apart
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.journal.kinds import Event
from inspection.kernel.keys import ServerKeys
from inspection.kernel.signals import Counted, count
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from inspection.publicity.channels import store
from inspection.publicity.channels.events import parcel_of
from inspection.publicity.channels.reach import NOWHERE_PRIVATE, PublicOnly, Reach
from inspection.publicity.channels.rules import DeliveryState, arrived, next_try, takes_none
from inspection.publicity.channels.set_channel import channel_secret, earlier_secrets, stream
from inspection.publicity.channels.shapes import KEY, SIGNATURE, Parcel, content_digest, parcel, signed
from inspection.publicity.channels.store import ChannelRow, DeliveryRow, DueRow
from mobile_contract.problems import ProblemCode

AT_ONCE: Final = 8
TIMEOUT_S: Final = 20.0
LONGEST_S: Final = 60.0
"""One try, however slowly the receiver's name, line or answer drips: others wait for it."""
CLAIM: Final = timedelta(minutes=5)
"""Longer than any try lasts: who crashed meanwhile lets it go."""
MOST_ANSWER: Final = 64 * 1024
LONGEST_ERROR: Final = 300

log = structlog.get_logger("fieldcheck.publicity")


@dataclass(frozen=True, slots=True)
class Postman:
    """What sending needs. `site`: the address of the public site; `transport`: of tests; `at_once`: how many; `reach`:
    networks that may be sent to although they are nobody's in public.
    """

    keys: ServerKeys
    site: str
    transport: httpx.AsyncBaseTransport | None = None
    at_once: int = AT_ONCE
    reach: Reach = NOWHERE_PRIVATE

    def way(self) -> httpx.AsyncBaseTransport:
        """How parcels go out."""
        return self.transport or PublicOnly(self.reach)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: how many arrived, will be tried again, were given up."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said; `status` None: it said nothing."""

    status: int | None
    error: str
    receipt: str = ""
    retry_after: str = ""


async def deliver_waiting(
    make: Callable[[], Command], postman: Postman, stopped: Callable[[], bool] = lambda: False
) -> Round:
    """Send what is due, until nothing is; it ends early when `stopped` says so, and what is being sent is finished.

    What a parcel runs into that nobody foresaw counts as a try that failed, and costs its neighbours nothing.
    """
    delivered = failed = dead = 0
    passed_by: set[UUID] = set()
    async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=postman.way(), follow_redirects=False) as http:
        while not stopped():
            cmd = make()
            ids = await in_unit(store.claim, cmd.now, cmd.now + CLAIM, postman.at_once, passed_by)
            if not ids:
                break
            rows = await store.due(ids)
            told = await asyncio.gather(*(_deliver(make, postman, http, row) for row in rows))
            # Who takes none now is asked to take no other this time: everybody else would wait for his silence.
            passed_by |= {one.channel.id for one, (_, shut) in zip(rows, told, strict=True) if shut}
            states = [state for state, _ in told]
            delivered += states.count(DeliveryState.DELIVERED)
            failed += states.count(DeliveryState.WAITING)
            dead += states.count(DeliveryState.DEAD)
    return Round(delivered, failed, dead)


async def _deliver(
    make: Callable[[], Command], postman: Postman, http: httpx.AsyncClient, row: DueRow
) -> tuple[DeliveryState, bool]:
    """What became of it, and whether its receiver takes none now."""
    sent = await apart(_send(make(), postman, http, row), "a delivery cannot be sent", stream(row.channel.id))
    answer = Answer(None, _said_of(sent)) if isinstance(sent, Exception) else sent
    kept = await apart(
        in_unit(_record, make(), row, answer), "what became of a delivery is not written down", stream(row.channel.id)
    )
    # Not written down, it waits until its claim runs out.
    state = DeliveryState.WAITING if isinstance(kept, Exception) else kept
    count(Counted.DELIVERY, state.value)
    return state, sent is answer and takes_none(answer.status)


async def _send(cmd: Command, postman: Postman, http: httpx.AsyncClient, row: DueRow) -> Answer:
    made = (
        parcel_of(row.body, row.event, postman.site)
        if row.event
        else parcel(row.channel.kind, row.document, digest=row.digest, site=postman.site)
    )
    return await send_parcel(cmd, postman, http, row.channel, made)


async def send_parcel(
    cmd: Command,
    postman: Postman,
    http: httpx.AsyncClient,
    channel: ChannelRow,
    made: Parcel,
    longest_s: float = LONGEST_S,
) -> Answer:
    """Send a parcel, signed with the receiver's secret; what it answered, or why it could not be reached."""
    headers = {
        # What comes packed all the same is not unpacked: a few bytes would be as many as the receiver likes.
        "Accept-Encoding": "identity",
        "Content-Type": made.content_type,
        KEY: made.key,
        SIGNATURE: signed(
            channel_secret(postman.keys, channel),
            made.body,
            int(cmd.now.timestamp()),
            *earlier_secrets(postman.keys, channel, cmd.now),
        ),
        "User-Agent": "Fieldcheck",
    }
    try:
        async with (
            asyncio.timeout(longest_s),
            http.stream("POST", channel.address, content=made.body, headers=headers) as answer,
        ):
            body = b""
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > MOST_ANSWER:
                    # What it says is nobody's business beyond this; that it took the parcel is told by the status.
                    break
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Answer(None, _said_of(error))
    said = body[:LONGEST_ERROR].decode("utf-8", "replace").replace("\0", "")
    return Answer(answer.status_code, said, content_digest(body[:MOST_ANSWER]), answer.headers.get("retry-after", ""))


def _said_of(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR].replace("\0", "")


async def _record(cmd: Command, row: DueRow, answer: Answer) -> DeliveryState:
    if answer.status is not None and arrived(answer.status):
        if await store.settle_delivered(row.id, cmd.now, answer.status, answer.receipt):
            await append(_event(cmd, row, EventKind.DELIVERY_MADE, answer.status, receipt=answer.receipt))
        return DeliveryState.DELIVERED
    again = next_try(
        cmd.now, asked_at=row.asked_at, attempts=row.attempts, status=answer.status, retry_after=answer.retry_after
    )
    if again is not None:
        await store.put_back(row.id, again, answer.status, answer.error)
        log.warning("a result did not arrive, it is sent again", channel=row.channel.code, status=answer.status)
        return DeliveryState.WAITING
    if await store.settle_dead(row.id, cmd.now, answer.status, answer.error):
        await append(_event(cmd, row, EventKind.DELIVERY_GIVEN_UP, answer.status, attempts=row.attempts))
    log.error("a result did not arrive and is given up", channel=row.channel.code, status=answer.status)
    return DeliveryState.DEAD


def _event(cmd: Command, row: DueRow, kind: EventKind, status: int | None, **told: str | int) -> Event:
    payload: dict[str, JSON] = {"delivery": str(row.id)}
    payload |= {"event": row.event} if row.event else {"publication": str(row.publication), "sha256": row.digest}
    return cmd.event(kind, stream(row.channel.id), lane=None, **payload, status=status, **told)


async def ask_again(cmd: Command, *, authority: UUID, delivery_id: UUID) -> DeliveryRow:
    """Send a dead letter again. If a later version went through the same channel, it is superseded instead: what is
    older must not arrive after what is newer.

    Raises:
        NotFound: `publicity.no_delivery`.
        Conflict: `publicity.delivery_not_dead`.
    """
    async with unit_of_work():
        found = await store.deliveries(authority, delivery=delivery_id)
        if not found:
            raise NotFound(ProblemCode.NOT_FOUND, "publicity.no_delivery")
        if found[0].state is not DeliveryState.DEAD:
            raise Conflict(ProblemCode.CONFLICT, "publicity.delivery_not_dead")
        newer = await store.has_newer(delivery_id)
        if not await (store.supersede(delivery_id, cmd.now) if newer else store.revive(delivery_id, cmd.now)):
            # Somebody else asked in the same moment: it is asked for once.
            raise Conflict(ProblemCode.CONFLICT, "publicity.delivery_not_dead")
        line = cmd.event(
            EventKind.DELIVERY_ASKED_AGAIN, stream(found[0].channel), delivery=str(delivery_id), superseded=newer
        )
        await append(line)
        return (await store.deliveries(authority, delivery=delivery_id))[0]
