"""Queries of the sweep of feeds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.kernel.upsert import upsert
from mobile_contract.pull import FeedOp
from sync.tables import FeedHead, FeedRow


async def spent(before: datetime, after: str, limit: int) -> list[tuple[UUID, UUID, int]]:
    """(row, device, number) of removals that were confirmed, or are older than `before`; by row, behind `after`."""
    rows = await FeedRow.raw(
        "SELECT f.id, f.device, f.seq FROM feed_row AS f JOIN feed_head AS h ON h.device = f.device "
        "WHERE f.op = {} AND (f.seq <= h.confirmed OR f.changed_at < {}) AND CAST(f.id AS text) > {} "
        "ORDER BY CAST(f.id AS text) LIMIT {}",
        FeedOp.REMOVE.value,
        before,
        after,
        limit,
    )
    return [(plain_uuid(row["id"]), plain_uuid(row["device"]), int(row["seq"])) for row in rows]


async def raise_floors(floors: Mapping[UUID, int]) -> None:
    """Let no cursor below these numbers be good any more; locks the feeds, sorted."""
    rows = [{"device": device, "n": 0, "floor": floors[device]} for device in sorted(floors)]
    higher = (
        'CASE WHEN COALESCE(feed_head."floor", 0) < excluded."floor" THEN excluded."floor" ELSE feed_head."floor" END'
    )
    await upsert(FeedHead, rows, ("device",), {"floor": higher})


async def forget(rows: Sequence[tuple[UUID, int]]) -> int:
    """Delete these rows, unless one has moved meanwhile; how many went."""
    numbers = dict(rows)
    found = await FeedRow.raw(
        "SELECT id, seq FROM feed_row WHERE op = {} AND {}",
        FeedOp.REMOVE.value,
        one_of("id", [str(row) for row in numbers]),
    )
    gone = [str(row["id"]) for row in found if int(row["seq"]) == numbers[plain_uuid(row["id"])]]
    await FeedRow.raw("DELETE FROM feed_row WHERE {}", one_of("id", gone))
    return len(gone)
