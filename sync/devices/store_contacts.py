"""Queries of when devices were last heard of, and how far behind they are."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from sync.tables import FeedHead, IssuedReceipt


async def feed_places(devices: Iterable[UUID]) -> dict[UUID, tuple[int, int, datetime | None]]:
    """Of each feed: its newest number, the newest one the device confirmed, and when it did."""
    wanted = sorted(set(devices))
    if not wanted:
        return {}
    rows = await FeedHead.select(FeedHead.device, FeedHead.n, FeedHead.confirmed, FeedHead.confirmed_at).where(
        FeedHead.device.is_in(wanted)
    )
    return {plain_uuid(row["device"]): (int(row["n"]), int(row["confirmed"] or 0), row["confirmed_at"]) for row in rows}


async def newest_receipts(devices: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these devices last had entries taken from it."""
    found: dict[UUID, datetime] = {}
    for device in sorted(set(devices)):  # one look into the index each; a page has a hundred
        row = (
            await IssuedReceipt.select(IssuedReceipt.received_at)
            .where(IssuedReceipt.carrier == device)
            .order_by(IssuedReceipt.received_at, ascending=False)
            .first()
        )
        if row:
            found[device] = row["received_at"]
    return found


async def silence(since: datetime) -> tuple[int, int]:
    """How many devices are in use, and of how many of them nothing was heard after an instant."""
    rows = await ask(
        "SELECT count(*) AS n, coalesce(sum(CASE WHEN device.enrolled_at < {} "
        "AND (feed_head.confirmed_at IS NULL OR feed_head.confirmed_at < {}) "
        "AND (device_holding.reported_at IS NULL OR device_holding.reported_at < {}) "
        "AND NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.carrier = device.id AND receipt.received_at >= {}) "
        "THEN 1 ELSE 0 END), 0) AS silent FROM device LEFT JOIN feed_head ON feed_head.device = device.id "
        "LEFT JOIN device_holding ON device_holding.device = device.id WHERE device.revoked_at IS NULL",
        since,
        since,
        since,
        since,
    )
    return int(rows[0]["n"]), int(rows[0]["silent"])


async def farthest_behind() -> int:
    """How many changes the device in use that is furthest behind has not confirmed."""
    rows = await ask(
        "SELECT coalesce(max(feed_head.n - coalesce(feed_head.confirmed, 0)), 0) AS n FROM feed_head "
        "JOIN device ON device.id = feed_head.device WHERE device.revoked_at IS NULL"
    )
    return int(rows[0]["n"])
