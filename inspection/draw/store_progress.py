"""Queries of how far running draws have come."""

from datetime import datetime
from uuid import UUID

from inspection.kernel.ask import ask


async def set_progress(draw: UUID, rows: int, at: datetime) -> None:
    """So many rows were looked at."""
    await ask(
        "INSERT INTO draw_progress (draw, rows, told_at) VALUES ({}, {}, {}) "
        "ON CONFLICT (draw) DO UPDATE SET rows = excluded.rows, told_at = excluded.told_at",
        draw,
        rows,
        at,
    )


async def progress(draw: UUID, since: datetime) -> int | None:
    """How many rows were looked at, if that was told since then."""
    found = await ask("SELECT rows FROM draw_progress WHERE draw = {} AND told_at >= {}", draw, since)
    return int(found[0]["rows"]) if found else None


async def drop_progress(draw: UUID) -> None:
    """It runs no more."""
    await ask("DELETE FROM draw_progress WHERE draw = {}", draw)
