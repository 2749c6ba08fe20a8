"""Queries of the feeds."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import claim_numbers
from mobile_contract.pull import FeedOp, RemoveReason
from sync.pull.topics import VISIT
from sync.rows import FeedChange
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
    row = await FeedHead.select(FeedHead.n).where(FeedHead.device == device_id).first()
    return int(row["n"]) if row else 0


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


async def changes_after(device_id: UUID, seq: int, limit: int) -> list[FeedChange]:
    """Rows of a feed behind `seq`, in order."""
    rows = (
        await FeedRow.select(FeedRow.topic, FeedRow.seq, FeedRow.op, FeedRow.reason)
        .where(FeedRow.device == device_id, FeedRow.seq > seq)
        .order_by(FeedRow.seq)
        .limit(limit)
    )
    return [_change(row) for row in rows]


async def topics_after(device_id: UUID, topic: str, limit: int) -> list[FeedChange]:
    """Topics that stand in a feed, behind `topic` in the order of their names."""
    rows = (
        await FeedRow.select(FeedRow.topic, FeedRow.seq, FeedRow.op, FeedRow.reason)
        .where(FeedRow.device == device_id, FeedRow.topic > topic, FeedRow.op == FeedOp.PUT.value)
        .order_by(FeedRow.topic)
        .limit(limit)
    )
    return [_change(row) for row in rows]


async def devices_with_topic(topic: str) -> list[UUID]:
    """The devices in whose feed a topic stands, sorted."""
    rows = await FeedRow.select(FeedRow.device).where(FeedRow.topic == topic, FeedRow.op == FeedOp.PUT.value)
    return sorted(plain_uuid(row["device"]) for row in rows)


def _change(row: dict[str, Any]) -> FeedChange:
    return FeedChange(
        topic=row["topic"],
        seq=int(row["seq"]),
        op=FeedOp(row["op"]),
        reason=RemoveReason(row["reason"]) if row["reason"] else None,
    )
