"""Queries of the feeds."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import claim_numbers, one_of
from mobile_contract.pull import FeedOp, RemoveReason
from mobile_contract.signed import DeviceJwk
from sync.opaque import as_number
from sync.pull.topics import VISIT
from sync.rows import FeedChange, FeedState
from sync.tables import (
    FeedHead,
    FeedRow,
)


async def lock_audience(inspectors: Iterable[UUID]) -> None:
    """Let nobody else change what these inspectors' devices may see, or which devices they have, until commit."""
    for inspector in sorted(set(inspectors)):
        await claim_numbers(FeedHead, "device", inspector, 1)


async def feed_head(device_id: UUID) -> int:
    """The newest number of a feed; 0 when nothing ever happened to it."""
    rows = await ask("SELECT n FROM feed_head WHERE device = {}", device_id)
    return int(rows[0]["n"]) if rows else 0


async def feed_end(device_id: UUID) -> tuple[int, int]:
    """The newest number of a feed, and the latest instant (µs since 1970) at which one of its rows changed."""
    rows = await ask(
        "SELECT n, (SELECT changed_at FROM feed_row WHERE device = {} ORDER BY changed_at DESC LIMIT 1) AS changed_at "
        "FROM feed_head WHERE device = {}",
        device_id,
        device_id,
    )
    return (int(rows[0]["n"]), _instant(rows[0]["changed_at"])) if rows else (0, 0)


async def feed_heads(devices: Collection[UUID]) -> dict[UUID, int]:
    """By device, the newest number of its feed."""
    if not devices:
        return {}
    rows = await ask("SELECT device, n FROM feed_head WHERE {}", one_of("device", [str(device) for device in devices]))
    return {plain_uuid(row["device"]): int(row["n"]) for row in rows}


async def confirmed(device_id: UUID) -> int:
    """The newest number of its feed that a device said it had applied; 0 when it never said."""
    row = await FeedHead.select(FeedHead.confirmed).where(FeedHead.device == device_id).first()
    return int(row["confirmed"] or 0) if row else 0


async def standing(devices: Collection[UUID], topics: Collection[str]) -> dict[UUID, frozenset[str]]:
    """By device, those of the topics that stand in its feed."""
    rows = await FeedRow.select(FeedRow.device, FeedRow.topic).where(
        FeedRow.topic.is_in(list(topics)), FeedRow.device.is_in(list(devices)), FeedRow.op == FeedOp.PUT.value
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        found[plain_uuid(row["device"])].add(row["topic"])
    return {device: frozenset(names) for device, names in found.items()}


async def standing_visits(device_id: UUID) -> list[str]:
    """Topics of the visits that stand in a feed."""
    rows = await FeedRow.select(FeedRow.topic).where(
        FeedRow.device == device_id, FeedRow.topic.like(f"{VISIT}%"), FeedRow.op == FeedOp.PUT.value
    )
    return [row["topic"] for row in rows]


async def changes_after(device_id: UUID, seq: int, limit: int) -> tuple[FeedState, list[FeedChange]]:
    """A feed and its rows behind `seq`, in order, both as of one moment: one statement, which reads these rows only."""
    rows = await ask(
        "SELECT h.n, h.confirmed, h.floor, h.digest, "
        "(SELECT changed_at FROM feed_row WHERE device = {} AND seq <= {} ORDER BY seq DESC LIMIT 1) AS before, "
        "f.topic, f.seq, f.op, f.reason, f.vseq, f.given_seq, f.given_vseq, f.changed_at "
        "FROM feed_head AS h LEFT JOIN feed_row AS f ON f.device = h.device AND f.seq > {} "
        "WHERE h.device = {} ORDER BY f.seq LIMIT {}",
        device_id,
        seq,
        seq,
        device_id,
        limit,
    )
    if not rows:
        return FeedState(), []
    return _state(rows[0]), [_change(row) for row in rows if row["topic"] is not None]


async def topics_after(device_id: UUID, topic: str, limit: int) -> list[FeedChange]:
    """Topics that stand in a feed, behind `topic` in the order of their names."""
    names = ("topic", "seq", "op", "reason", "vseq", "given_seq", "given_vseq", "changed_at")
    rows = (
        await FeedRow.select(*names)
        .where(FeedRow.device == device_id, FeedRow.topic > topic, FeedRow.op == FeedOp.PUT.value)
        .order_by(FeedRow.topic)
        .limit(limit)
    )
    return [_change(row) for row in rows]


async def confirm(device_id: UUID, seq: int, at: datetime) -> None:
    """Note how far a device says it has applied its feed."""
    await ask(
        "UPDATE feed_head SET confirmed = {}, confirmed_at = {} "
        "WHERE device = {} AND n >= {} AND (confirmed IS NULL OR confirmed < {})",
        seq,
        at,
        device_id,
        seq,
        seq,
    )


async def fall_back(device_id: UUID, seq: int, at: datetime) -> None:
    """Note that a device is no further than this after all (it was restored): nothing counts as given any more.

    Inside a unit of work.
    """
    await FeedHead.raw("UPDATE feed_head SET confirmed = {}, confirmed_at = {} WHERE device = {}", seq, at, device_id)
    await FeedRow.raw(
        "UPDATE feed_row SET given_seq = NULL, given_vseq = NULL WHERE device = {} AND given_vseq >= 0", device_id
    )


async def keys_of(inspectors: Collection[UUID]) -> dict[UUID, tuple[DeviceJwk, ...]]:
    """By inspector, the keys of the devices on which he acts or ever acted, revoked ones included."""
    found: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    if inspectors:
        people = one_of("inspector", [str(one) for one in inspectors])
        rows = await ask(
            "SELECT inspector, key_x, key_y FROM device WHERE {} "
            "UNION SELECT acting.inspector, known.key_x, known.key_y "
            "FROM (SELECT inspector, device FROM device_binding WHERE {}) AS acting "
            "JOIN device AS known ON known.id = acting.device",
            people,
            people,
        )
        for row in rows:
            found[plain_uuid(row["inspector"])].add((row["key_x"], row["key_y"]))
    return {person: tuple(DeviceJwk(x=x, y=y) for x, y in sorted(keys)) for person, keys in found.items()}


async def devices_with_topic(topic: str) -> list[UUID]:
    """The devices in whose feed a topic stands, sorted."""
    return [device for device, _ in await audiences([topic])]


async def audiences(topics: Collection[str]) -> list[tuple[UUID, str]]:
    """The devices in whose feed one of the topics stands, each with the topic, sorted."""
    if not topics:
        return []
    rows = await ask(
        "SELECT device, topic FROM feed_row WHERE op = {} AND {}", FeedOp.PUT.value, one_of("topic", list(topics))
    )
    return sorted((plain_uuid(row["device"]), row["topic"]) for row in rows)


async def removed_by(topic: str, devices: Collection[UUID]) -> dict[UUID, int]:
    """By device, the number by which its feed told, at the latest, that the topic is gone; who has it is left out.

    The row of a removal is swept once it was confirmed: all that is certain then is that it lay below the feed's floor.
    """
    known = await FeedRow.select(FeedRow.device, FeedRow.seq, FeedRow.op).where(
        FeedRow.topic == topic, FeedRow.device.is_in(list(devices))
    )
    found = {plain_uuid(row["device"]): int(row["seq"]) for row in known if row["op"] == FeedOp.REMOVE.value}
    swept = set(devices) - {plain_uuid(row["device"]) for row in known}
    if swept:
        heads = await FeedHead.select(FeedHead.device, FeedHead.floor).where(
            FeedHead.device.is_in(list(swept)), FeedHead.floor.is_not_null()
        )
        found |= {plain_uuid(row["device"]): int(row["floor"]) for row in heads}
    return found


def _state(row: dict[str, Any]) -> FeedState:
    return FeedState(
        head=int(row["n"]),
        confirmed=int(row["confirmed"] or 0),
        floor=int(row["floor"] or 0),
        digest=bytes(row["digest"] or bytes(32)),
        before=_instant(row["before"]),
    )


def _change(row: dict[str, Any]) -> FeedChange:
    return FeedChange(
        topic=row["topic"],
        seq=int(row["seq"]),
        op=FeedOp(row["op"]),
        reason=RemoveReason(row["reason"]) if row["reason"] else None,
        vseq=int(row["vseq"] or 0),
        given_seq=None if row["given_seq"] is None else int(row["given_seq"]),
        given_vseq=int(row["given_vseq"] or 0),
        changed=_instant(row["changed_at"]),
    )


def _instant(at: datetime | None) -> int:
    return 0 if at is None else as_number(at)
