"""Rounds over things that have nothing to do with each other: the trouble of one stays its own."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar
from uuid import UUID

import structlog

from inspection.kernel.unit_of_work import store_is_away

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


async def over_authorities(authorities: Iterable[UUID], work: Callable[[UUID], Awaitable[int]], trouble: str) -> int:
    """What `work` counts for all authorities together; one that runs into `trouble` counts nothing this time.

    Raises:
        Exception: the database is away, for all of them.
    """
    total = 0
    for authority in authorities:
        told = await apart(work(authority), trouble, f"authority:{authority}")
        if not isinstance(told, Exception):
            total += told
        elif store_is_away(told):
            raise told
    return total
