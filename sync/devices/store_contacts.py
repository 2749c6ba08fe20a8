"""Queries of when devices were last heard of, and how far behind they are."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

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
