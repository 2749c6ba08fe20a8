"""A request whose body does not come holds nothing open: a limit between two pieces and one for the whole body."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

IDLE_S = 60.0
# 50 MiB at 30 KiB/s, a poor line's rate, take half an hour.
WHOLE_S = 1800.0


class SlowBodyMiddleware(ASGIMiddleware):
    """Answers 408 when a body stalls for `idle` seconds or is not whole after `whole` seconds.

    A route that keeps the time of its own reading (resumable upload) says `opt={"reads_in_time": True}`.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, idle: float = IDLE_S, whole: float = WHOLE_S) -> None:
        self._idle = idle
        self._whole = whole

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["route_handler"].opt.get("reads_in_time"):
            await next_app(scope, receive, send)
        else:
            await next_app(scope, _Watched(receive, self._idle, self._whole), send)


class _Watched:
    """`receive` that loses patience. Once the body is whole it waits for as long as the connection lasts."""

    def __init__(self, receive: Receive, idle: float, whole: float) -> None:
        self._receive = receive
        self._idle = idle
        self._ends = asyncio.get_running_loop().time() + whole
        self._done = False

    async def __call__(self) -> Any:
        if self._done:
            return await self._receive()
        message = await self._in_time(self._receive())
        self._done = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def _in_time(self, coming: Awaitable[Any]) -> Any:
        left = self._ends - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(self._idle, left)):
                return await coming
        except TimeoutError:
            raise Refused(ProblemCode.REQUEST_TIMEOUT, "api.request_timeout") from None
