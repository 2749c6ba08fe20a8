"""Waiting for processes that tell nobody."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_S = 120.0
_PAUSE_S = 0.01


async def until(holds: Callable[[], bool | Awaitable[bool]], *, within_s: float = PATIENCE_S) -> None:
    """Until it holds.

    Raises:
        TimeoutError: it does not.
    """
    async with asyncio.timeout(within_s):
        while True:
            told = holds()
            if told if isinstance(told, bool) else await told:
                return
            await asyncio.sleep(_PAUSE_S)
