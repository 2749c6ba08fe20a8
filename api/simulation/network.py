"""A bad network between a tablet and the server: what field tablets meet, repeatable by seed."""

from dataclasses import dataclass
from random import Random

import httpx


@dataclass(slots=True)
class Weather:
    """How bad it is. Chances are between 0 and 1, for each request."""

    online: bool = True
    lost_request: float = 0.0
    lost_answer: float = 0.0
    doubled: float = 0.0


@dataclass(slots=True)
class Traffic:
    """What happened so far."""

    sent: int = 0
    lost_requests: int = 0
    lost_answers: int = 0
    doubled: int = 0


class BadNetwork(httpx.AsyncBaseTransport):
    """Loses requests before they arrive, loses answers after the server has committed, and repeats requests."""

    def __init__(self, inner: httpx.AsyncBaseTransport, weather: Weather, random: Random) -> None:
        self._inner = inner
        self._random = random
        self.weather = weather
        self.traffic = Traffic()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.weather.online:
            raise httpx.ConnectError("no network here", request=request)
        self.traffic.sent += 1
        if self._random.random() < self.weather.lost_request:
            self.traffic.lost_requests += 1
            raise httpx.ConnectTimeout("the request was lost", request=request)
        # A body may be a stream: read it once, so that the same bytes can arrive twice.
        await request.aread()
        if self._random.random() < self.weather.doubled:
            self.traffic.doubled += 1
            first = await self._inner.handle_async_request(request)
            await first.aread()
        response = await self._inner.handle_async_request(request)
        if self._random.random() < self.weather.lost_answer:
            self.traffic.lost_answers += 1
            await response.aread()
            raise httpx.ReadTimeout("the answer was lost", request=request)
        return response
