"""All queries of channels and of the outbox."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, skip_locked
from inspection.publicity.channels.events import EventName, told_in
from inspection.publicity.channels.rules import ChannelKind, DeliveryState
from inspection.publicity.channels.tables import Channel, Delivery
from inspection.publicity.tables import PublishedDocument


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A receiver. `events`: what a receiver of events is told of; `turn`: which of its secrets counts, since when."""

    id: UUID
    authority: UUID
    code: str
    kind: ChannelKind
    address: str
    made_at: datetime
    events: frozenset[EventName] = frozenset()
    turn: int = 1
    turned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueRow:
    """A delivery that is claimed, with all that is needed to send it. `attempts` counts this one.

    Of a result `publication`, `document` and `digest`, of an event `event` and `body`; the others are empty.
    """

    id: UUID
    channel: ChannelRow
    publication: UUID | None
    document: bytes
    digest: str
    event: str
    body: str
    attempts: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as people see it. `state` and `kind` of the channel: see the rules; `error`: why it did not arrive;
    `number`: of the publication, or what an event is about; `version`: 0 of an event; `event`: which, None of a result.
    """

    id: UUID
    channel: UUID
    code: str
    kind: ChannelKind
    number: str
    version: int
    state: DeliveryState
    attempts: int
    asked_at: datetime
    not_before: datetime
    status: int | None
    error: str | None
    receipt: str | None
    settled_at: datetime | None
    event: EventName | None


SHOWN = (
    *("id", "channel", "state", "attempts", "asked_at", "not_before", "status", "error", "receipt", "settled_at"),
    *("channel.code", "channel.kind", "publication.number", "document.version", "subject", "body"),
)
"""The columns of a delivery that people see."""
_CHANNEL = ("id", "authority", "code", "kind", "address", "made_at", "events", "turn", "turned_at")


async def add_channel(row: ChannelRow) -> None:
    """Keep a new receiver."""
    events = " ".join(sorted(row.events)) or None
    told = {**{name: getattr(row, name) for name in _CHANNEL}, "kind": row.kind.value, "events": events}
    await bulk_insert(Channel, [told])


async def channels(authority: UUID) -> list[ChannelRow]:
    """The receivers in use, by code."""
    where = (Channel.authority == authority) & Channel.retired_at.is_null()
    return [_channel(row) for row in await Channel.select(*_CHANNEL).where(where).order_by(Channel.code)]


async def retire(channel: UUID, at: datetime) -> None:
    """Use a receiver no longer. What waits for it stays where it is, and is not sent."""
    await Channel.raw("UPDATE channel SET retired_at = {} WHERE id = {} AND retired_at IS NULL", at, channel)


async def turn(channel: UUID, turn_: int, at: datetime) -> None:
    """Let another of a receiver's secrets count."""
    await Channel.raw("UPDATE channel SET turn = {}, turned_at = {} WHERE id = {}", turn_, at, channel)


async def add_deliveries(rows: Sequence[tuple[UUID, UUID, UUID, UUID, str]], at: datetime) -> None:
    """Put (row id, channel, publication, document, lane) into the outbox; what is there already stays as it is."""
    made = [
        {
            "id": row_id,
            "channel": channel,
            "publication": publication,
            "document": document,
            "lane": lane,
            "state": DeliveryState.WAITING.value,
            "attempts": 0,
            "asked_at": at,
            "not_before": at,
        }
        for row_id, channel, publication, document, lane in rows
    ]
    await bulk_insert(Delivery, made, on_conflict="nothing")


@dataclass(frozen=True, slots=True)
class VersionOut:
    """A version that is out. `lane`: the object's code; `rules`: the rule-set that judged it; `told`: the 公开途径 of
    its item, None for a penalty.
    """

    publication: UUID
    document: UUID
    lane: str
    rules: str
    told: str | None


async def versions_out(authority: UUID, document: UUID | None = None) -> list[VersionOut]:
    """Every version that is out, the oldest first; or one of them."""
    sql = (
        "SELECT p.id AS publication, d.id AS document, p.object_code, i.channel AS told, "
        "coalesce(f.rule_set, v.rule_set) AS rules FROM published_document AS d "
        "JOIN publication AS p ON p.id = d.publication LEFT JOIN penalty AS f ON f.id = p.penalty "
        "LEFT JOIN visit AS v ON v.id = p.visit LEFT JOIN outcome AS o ON o.id = p.outcome "
        "LEFT JOIN inspection_item AS i ON i.id = o.item WHERE p.authority = {} "
        # Of what was taken back, no more than that it was.
        "AND NOT EXISTS (SELECT 1 FROM published_document AS later WHERE later.publication = d.publication "
        "AND later.version > d.version AND later.kind = 'withdrawal') "
    )
    values: list[Any] = [authority]
    if document is not None:
        sql, values = sql + "AND d.id = {} ", [*values, document]
    rows = await PublishedDocument.raw(sql + "ORDER BY d.at, d.id", *values)
    return [
        VersionOut(
            publication=plain_uuid(row["publication"]),
            document=plain_uuid(row["document"]),
            lane=str(row["object_code"]),
            rules=str(row["rules"]),
            told=row["told"],
        )
        for row in rows
    ]


async def claim(now: datetime, until: datetime, limit: int, passed_by: Collection[UUID] = ()) -> list[UUID]:
    """Claim up to `limit` deliveries that are due: of each channel and object the oldest that waits, and no other; none
    of the channels that are `passed_by`.
    """
    others = "AND mine.channel <> {} " * len(passed_by)
    rows = await Delivery.raw(
        # As a part of its own: inside the condition PostgreSQL may pick anew for every row that it compares.
        "WITH picked AS (SELECT mine.id FROM delivery AS mine WHERE mine.state = 'waiting' AND mine.not_before <= {} "
        "AND mine.channel IN (SELECT id FROM channel WHERE retired_at IS NULL) "
        "AND (mine.claimed_until IS NULL OR mine.claimed_until < {}) "
        f"{others}AND NOT EXISTS ("
        "SELECT 1 FROM delivery AS other WHERE other.channel = mine.channel AND other.lane = mine.lane "
        "AND other.state = 'waiting' AND (other.asked_at < mine.asked_at "
        "OR (other.asked_at = mine.asked_at AND other.id < mine.id))) "
        f"ORDER BY mine.not_before, mine.id LIMIT {{}}{skip_locked()}) "
        "UPDATE delivery SET claimed_until = {}, attempts = attempts + 1 "
        "WHERE id IN (SELECT id FROM picked) RETURNING id",
        now,
        now,
        *passed_by,
        limit,
        until,
    )
    return sorted(plain_uuid(row["id"]) for row in rows)


async def due(ids: Sequence[UUID]) -> list[DueRow]:
    """The deliveries with these ids, the oldest first."""
    columns = ("id", "attempts", "asked_at", "publication", "event", "body", "document.document")
    rows = (
        await Delivery.select(*columns, "document.digest", *(f"channel.{name}" for name in _CHANNEL))
        .where(Delivery.id.is_in(list(ids)))
        .order_by(Delivery.asked_at, Delivery.id)
        if ids
        else []
    )
    return [
        DueRow(
            id=row["id"],
            channel=_channel({name: row[f"channel.{name}"] for name in _CHANNEL}),
            publication=row["publication"],
            document=(row["document.document"] or "").encode(),
            digest=row["document.digest"] or "",
            event=row["event"] or "",
            body=row["body"] or "",
            attempts=row["attempts"],
            asked_at=row["asked_at"],
        )
        for row in rows
    ]


async def settle_delivered(delivery: UUID, now: datetime, status: int, receipt: str) -> bool:
    """It arrived; False when it waits no longer."""
    told = {"state": DeliveryState.DELIVERED.value, "settled_at": now, "status": status, "receipt": receipt}
    return await _move(delivery, DeliveryState.WAITING, told | {"error": None})


async def settle_dead(delivery: UUID, now: datetime, status: int | None, error: str) -> bool:
    """It is given up; False when it waits no longer."""
    told = {"state": DeliveryState.DEAD.value, "settled_at": now, "status": status, "error": error}
    return await _move(delivery, DeliveryState.WAITING, told)


async def put_back(delivery: UUID, not_before: datetime, status: int | None, error: str) -> bool:
    """Try it again later."""
    told = {"not_before": not_before, "status": status, "error": error}
    return await _move(delivery, DeliveryState.WAITING, told)


async def revive(delivery: UUID, now: datetime) -> bool:
    """Let a dead letter wait again, as if it had been asked for now; False when it is none."""
    told = {"state": DeliveryState.WAITING.value, "asked_at": now, "not_before": now, "attempts": 0, "settled_at": None}
    return await _move(delivery, DeliveryState.DEAD, told)


async def supersede(delivery: UUID, now: datetime) -> bool:
    """Leave a dead letter for good: a later version went the same way; False when it is none."""
    return await _move(delivery, DeliveryState.DEAD, {"state": DeliveryState.SUPERSEDED.value, "settled_at": now})


async def supersede_waiting(publication: UUID, now: datetime) -> None:
    """Send nothing of a publication that has not arrived yet: it was taken back, or a later version says otherwise."""
    await Delivery.raw(
        "UPDATE delivery SET state = 'superseded', settled_at = {}, claimed_until = NULL "
        "WHERE publication = {} AND state = 'waiting'",
        now,
        publication,
    )


async def _move(delivery: UUID, state: DeliveryState, told: Mapping[str, Any]) -> bool:
    names = ", ".join(f"{name} = {{}}" for name in told)
    sql = f"UPDATE delivery SET {names}, claimed_until = NULL WHERE id = {{}} AND state = {{}} RETURNING id"
    return bool(await Delivery.raw(sql, *told.values(), delivery, state.value))


async def has_newer(delivery: UUID) -> bool:
    """Whether a later version of the same publication has gone through the same channel, or is on its way."""
    rows = await Delivery.raw(
        "SELECT 1 AS one FROM delivery AS mine JOIN published_document AS own ON own.id = mine.document "
        "JOIN delivery AS other ON other.channel = mine.channel AND other.publication = mine.publication "
        "JOIN published_document AS newer ON newer.id = other.document "
        "WHERE mine.id = {} AND newer.version > own.version "
        # What was taken back is not sent any more, whether or not the receiver knows that it was.
        "AND (newer.kind = 'withdrawal' OR other.state IN ('waiting', 'delivered')) LIMIT 1",
        delivery,
    )
    return bool(rows)


async def deliveries(
    authority: UUID, *, state: DeliveryState | None = None, delivery: UUID | None = None, limit: int = 100
) -> list[DeliveryRow]:
    """The outbox of an authority as people see it, the newest first."""
    query = Delivery.select(*SHOWN).where(Delivery.channel.authority == authority)
    if state is not None:
        query = query.where(Delivery.state == state.value)
    if delivery is not None:
        query = query.where(Delivery.id == delivery)
    rows = await query.order_by(Delivery.asked_at, Delivery.id, ascending=False).limit(limit)
    return [delivery_of(row) for row in rows]


async def count(authority: UUID, state: DeliveryState) -> int:
    """How many deliveries are in a state."""
    found: int = await Delivery.count().where(Delivery.channel.authority == authority, Delivery.state == state.value)
    return found


def _channel(row: Mapping[str, Any]) -> ChannelRow:
    told = {name: row[name] for name in _CHANNEL}
    events = frozenset(EventName(one) for one in (row["events"] or "").split() if one in set(EventName))
    return ChannelRow(**{**told, "kind": ChannelKind(row["kind"]), "events": events, "turn": row["turn"] or 1})


def delivery_of(row: Mapping[str, Any]) -> DeliveryRow:
    """A delivery as a row of the columns `SHOWN` says."""
    return DeliveryRow(
        id=row["id"],
        channel=row["channel"],
        code=row["channel.code"],
        kind=ChannelKind(row["channel.kind"]),
        number=row["publication.number"] or row["subject"] or "",
        version=row["document.version"] or 0,
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        asked_at=row["asked_at"],
        not_before=row["not_before"],
        status=row["status"],
        error=row["error"],
        receipt=row["receipt"],
        settled_at=row["settled_at"],
        event=told_in(row["body"]) if row["body"] else None,
    )
