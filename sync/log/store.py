"""Queries of the transparency log."""

from datetime import datetime
from uuid import UUID

from inspection.kernel.sql import bulk_insert
from sync.tables import LogPending


async def add_pending(row_id: UUID, at: datetime, hashes: bytes) -> None:
    """Let a group of entries wait: their 32-byte hashes, one after the other."""
    await bulk_insert(LogPending, [{"id": row_id, "queued_at": at, "hashes": hashes}])
