"""How far a running draw has come: rows looked at. Its process knows, and where there may be others it tells them.

SQLite has one process, and its writer may be busy with the draw itself: there nothing is written.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from inspection.draw import store_progress
from inspection.kernel.clock import Clock
from inspection.kernel.database import speaks_postgres

TOLD_EVERY_S: Final = 1.0
SILENT: Final = timedelta(seconds=30)
"""After which a draw that nobody tells of does not run: its process died."""

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")

_LOOKED: Final[dict[UUID, int]] = {}


@asynccontextmanager
async def running(draw_id: UUID, clock: Clock) -> AsyncIterator[None]:
    """While a draw runs here."""
    _LOOKED[draw_id] = 0
    # In a context of its own: it belongs to no unit of work.
    telling = asyncio.get_running_loop().create_task(_keep_telling(draw_id, clock), context=Context())
    try:
        yield
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
        _LOOKED.pop(draw_id, None)


def looked_at(draw_id: UUID) -> Callable[[int], None]:
    """What the running draw tells the rows that it has looked at to."""

    def note(rows: int) -> None:
        if draw_id in _LOOKED:
            _LOOKED[draw_id] = rows

    return note


async def rows_looked_at(draw_id: UUID, clock: Clock) -> int | None:
    """How many rows of the frame were looked at so far; None when it runs nowhere."""
    here = _LOOKED.get(draw_id)
    if here is not None or not speaks_postgres():
        return here
    return await store_progress.progress(draw_id, clock.now() - SILENT)


async def _keep_telling(draw_id: UUID, clock: Clock) -> None:
    if not speaks_postgres():
        return
    try:
        while True:
            await store_progress.set_progress(draw_id, _LOOKED[draw_id], clock.now())
            await asyncio.sleep(TOLD_EVERY_S)
    except Exception as error:  # noqa: BLE001  whatever it is, the draw goes on
        log.warning("how far a draw has come is not told", error=type(error).__name__)
    finally:
        with suppress(Exception):
            await store_progress.drop_progress(draw_id)
