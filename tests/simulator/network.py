"""The network of one tablet: what it loses, doubles, delays, garbles, and what it answers instead."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

import httpx

from tests.simulator.memory import Crashed
from tests.simulator.mishaps import Mishap, mishap_of
from tests.simulator.trace import Rates

if TYPE_CHECKING:
    from tests.simulator.tablet import Tablet
    from tests.simulator.world import World

UNAUTHORISED: Final = 401


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request and its answer."""

    drop: bool
    lose: bool
    duplicate: bool
    delay: int
    stale: float | None
    truncate: float | None
    cut: float | None
    mishap: Mishap | None


def fault_of(random: Random, rates: Rates) -> Fault:
    """The fault of one request. Every draw is made, so that one does not move another."""
    drop, lose, duplicate = (random.random() < rate for rate in (rates.drop, rates.lose, rates.duplicate))
    delay = random.randint(1, 8) if random.random() < rates.delay else 0
    stale, truncate, cut = (
        random.random() if random.random() < rate else None for rate in (rates.stale, rates.truncate, rates.cut)
    )
    crash, full = random.random() < rates.crash, random.random() < rates.full
    mishap = mishap_of(random, full=full)
    return Fault(drop, lose, duplicate, delay, stale, truncate, cut, mishap if crash or full else None)


class Network(httpx.AsyncBaseTransport):
    """Between one tablet and the server."""

    def __init__(self, world: World, tablet: Tablet) -> None:
        self._world = world
        self._tablet = tablet
        self._asked: dict[str, int] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Bring it there, or not. httpx.TransportError stands for everything that a tablet cannot tell apart."""
        await request.aread()
        path, world = request.url.path, self._world
        fault = world.fault(path, self._asked.get(path, 0))
        if fault is None:
            return await self._bring(request, None)
        tally = world.report
        if fault.drop:
            self._count(path)
            tally.dropped += 1
            raise httpx.ConnectError("lost on the way", request=request)
        if fault.delay:
            self._count(path)
            tally.delayed += 1
            world.come_later(self._tablet, request, fault.delay)
            raise httpx.ReadTimeout("gave up waiting", request=request)
        answer = await self._bring(self._shortened(request, fault), fault.mishap)
        if answer.status_code == UNAUTHORISED:
            return answer  # the channel is being opened: the same request comes again with a proof
        self._count(path)
        if fault.duplicate:
            tally.duplicated += 1
            again = await self._bring(request, None)
            # A proof counts once (RFC 9449): then the first answer is all there is.
            answer = answer if again.status_code == UNAUTHORISED else again
        return self._altered(request, answer, fault)

    def _count(self, path: str) -> None:
        self._asked[path] = self._asked.get(path, 0) + 1

    async def _bring(self, request: httpx.Request, mishap: Mishap | None) -> httpx.Response:
        try:
            return await self._world.reach(self._tablet, request, mishap)
        except Crashed:
            raise httpx.RemoteProtocolError("the server is gone", request=request) from None

    def _shortened(self, request: httpx.Request, fault: Fault) -> httpx.Request:
        if fault.truncate is None or not request.content:
            return request
        self._world.report.truncated += 1
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        if fault.truncate < 1 / 2:  # a proxy that does not know the header drops it
            headers.pop("content-digest", None)
        body = request.content[: int(len(request.content) * fault.truncate)]
        return httpx.Request(request.method, request.url, headers=headers, content=body)

    def _altered(self, request: httpx.Request, answer: httpx.Response, fault: Fault) -> httpx.Response:
        world, tally = self._world, self._world.report
        if fault.lose:
            tally.lost += 1
            raise httpx.ReadError("the answer was lost", request=request)
        earlier = world.earlier_answers(self._tablet, request.url.path)
        if fault.stale is not None and earlier:
            tally.stale += 1
            content = earlier[int(fault.stale * len(earlier))]
            return httpx.Response(200, content=content, request=request)
        if fault.cut is not None and answer.is_success:
            tally.cut += 1
            return httpx.Response(200, content=answer.content[: int(len(answer.content) * fault.cut)], request=request)
        return answer
