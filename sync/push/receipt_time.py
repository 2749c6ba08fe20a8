"""Which time a receipt tells when the server's clock was set back."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from sync.push import store

NOTICED: Final = timedelta(minutes=1)
"""`now` is that of the push, which may have waited for its turn while a later one was taken: a server that has much to
do is no server whose clock was set back.
"""

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")


async def receipt_time(now: datetime, history: UUID) -> datetime:
    """The time of what is taken now: never earlier than an earlier receipt of this history told.

    "Not later than its receipt" stays true of every entry, and no receipt contradicts an earlier one. After a clock
    that was far ahead, only a new history lets receipts tell the time again; that loses nothing (sync.md I16).
    """
    told = await store.newest_receipt_time(history)
    if told is None or told <= now:
        return now
    if told - now > NOTICED:
        log.error("the server's clock was set back", by_seconds=int((told - now).total_seconds()))
    return told
