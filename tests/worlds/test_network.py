"""The bad network itself: what it says is lost is lost where it says, and what it doubles arrives twice."""

from random import Random

import httpx
import pytest

from api.simulation.network import BadNetwork, Traffic, Weather


class Server(httpx.AsyncBaseTransport):
    """Remembers what arrived."""

    def __init__(self) -> None:
        self.arrived: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.arrived.append(await request.aread())
        return httpx.Response(200, text=f"answer {len(self.arrived)}")


async def sent(weather: Weather, *, stream: bool = False) -> tuple[Server, BadNetwork, httpx.Response | Exception]:
    """One request through this weather: what arrived, and what the tablet saw."""

    async def pieces():
        for piece in (b"one ", b"piece"):
            yield piece

    server = Server()
    network = BadNetwork(server, weather, Random(1))
    async with httpx.AsyncClient(transport=network, base_url="http://server.test") as tablet:
        try:
            content = pieces() if stream else b"one piece"
            return server, network, await tablet.post("/push", content=content)
        except httpx.HTTPError as error:
            return server, network, error


async def test_in_good_weather_every_request_arrives_once_and_is_answered() -> None:
    server, network, seen = await sent(Weather())
    assert isinstance(seen, httpx.Response)
    assert (seen.text, server.arrived) == ("answer 1", [b"one piece"])
    assert network.traffic == Traffic(sent=1)


async def test_a_lost_request_never_reaches_the_server() -> None:
    server, network, seen = await sent(Weather(lost_request=1.0))
    assert isinstance(seen, httpx.ConnectTimeout)
    assert server.arrived == []
    assert network.traffic == Traffic(sent=1, lost_requests=1)


async def test_a_lost_answer_leaves_the_request_done() -> None:
    server, network, seen = await sent(Weather(lost_answer=1.0))
    assert isinstance(seen, httpx.ReadTimeout)
    assert server.arrived == [b"one piece"]
    assert network.traffic == Traffic(sent=1, lost_answers=1)


@pytest.mark.parametrize("stream", [False, True], ids=["bytes", "stream"])
async def test_a_doubled_request_arrives_twice_with_the_same_bytes_and_is_answered_once(stream: bool) -> None:
    server, network, seen = await sent(Weather(doubled=1.0), stream=stream)
    assert isinstance(seen, httpx.Response)
    assert (seen.text, server.arrived) == ("answer 2", [b"one piece", b"one piece"])
    assert network.traffic == Traffic(sent=1, doubled=1)


async def test_out_of_reach_nothing_is_even_sent() -> None:
    server, network, seen = await sent(Weather(online=False, doubled=1.0))
    assert isinstance(seen, httpx.ConnectError)
    assert server.arrived == []
    assert network.traffic == Traffic()


async def test_chances_fall_as_the_seed_says() -> None:
    async def run(seed: int) -> tuple[Traffic, int]:
        server = Server()
        network = BadNetwork(server, Weather(lost_request=0.3, lost_answer=0.3, doubled=0.3), Random(seed))
        async with httpx.AsyncClient(transport=network, base_url="http://server.test") as tablet:
            for _ in range(60):
                try:
                    await tablet.get("/")
                except httpx.HTTPError:
                    continue
        return network.traffic, len(server.arrived)

    first, arrived = await run(7)
    assert (first, arrived) == await run(7)
    assert first.sent == 60
    assert arrived == first.sent - first.lost_requests + first.doubled
    assert min(first.lost_requests, first.lost_answers, first.doubled) > 5
