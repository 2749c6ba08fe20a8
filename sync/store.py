"""Queries of the histories that this store lived through."""

from datetime import datetime
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert
from sync.tables import History


async def newest_history() -> tuple[UUID, int] | None:
    """Id and number of the history this store lives in."""
    rows = await ask("SELECT id, number FROM sync_history ORDER BY number DESC LIMIT 1")
    return (plain_uuid(rows[0]["id"]), int(rows[0]["number"])) if rows else None


async def histories() -> list[tuple[UUID, int]]:
    """Every history, oldest first, and how many leaves the transparency log had when it began."""
    rows = await History.select(History.id, History.tree).order_by(History.number)
    return [(plain_uuid(row["id"]), int(row["tree"] or 0)) for row in rows]


async def add_history(history_id: UUID, number: int, started_at: datetime, reason: str, tree: int) -> bool:
    """Start history `number`, with `tree` leaves in the log; False when a neighbour started it first."""
    row = {"id": history_id, "number": number, "started_at": started_at, "reason": reason, "tree": tree}
    return await bulk_insert(History, [row], on_conflict="nothing") == 1
