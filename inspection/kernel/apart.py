"""Rounds over things that have nothing to do with each other: the trouble of one stays its own."""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

T = TypeVar("T")

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.work")


async def apart(work: Awaitable[T], trouble: str, stream: str) -> T | Exception:
    """What `work` gives, or the exception that ended it, which the log has been told: `trouble`, of which `stream`.

    The caller sees to it that it is not tried again at once. Who is cancelled is, and the round with him.
    """
    try:
        return await work
    except Exception as error:  # noqa: BLE001  whatever it is, its neighbours have no part in it
        log.error(trouble, stream=stream, error=type(error).__name__)  # noqa: TRY400  no message, no row in the log
        return error
