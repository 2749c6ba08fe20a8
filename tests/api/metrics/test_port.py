"""The port of its own: off by default, off the public address, one for each process."""

import asyncio

import httpx
import pytest
import structlog
from litestar import Litestar

from api.metrics.meters import Meters, meters_of
from api.metrics.port import scraped
from inspection.kernel.clock import FixedClock
from inspection.kernel.settings import Settings
from tests.support.served import free_port


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"metrics_port": free_port()})


ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""A port is the same before either."""


async def read(port: int, path: str = "/metrics") -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        for _ in range(200):
            try:
                return await http.get(f"http://127.0.0.1:{port}{path}")
            except httpx.ConnectError:
                await asyncio.sleep(0.01)  # the port is opened beside the start
    raise AssertionError("nobody listens")


def test_metrics_are_off_unless_asked_for() -> None:
    assert meters_of(Settings()) is None
    assert Settings().metrics_host == "127.0.0.1"


@ONE_ENGINE
async def test_the_port_tells_the_metrics_and_nothing_else(app: Litestar, settings: Settings) -> None:
    told = await read(settings.metrics_port)
    assert told.status_code == 200
    assert told.headers["content-type"].startswith("text/plain")
    assert "fieldcheck_build_info{" in told.text
    assert "process_resident_memory_bytes" in told.text
    assert (await read(settings.metrics_port, "/desk")).status_code == 404


@ONE_ENGINE
async def test_the_public_address_knows_no_metrics(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404


@ONE_ENGINE
async def test_the_second_process_takes_the_next_port_and_a_third_waits(
    app: Litestar, settings: Settings, clock: FixedClock
) -> None:
    await read(settings.metrics_port)
    async with scraped(Meters(), settings, clock, processes=2):
        assert (await read(settings.metrics_port + 1)).status_code == 200
        with structlog.testing.capture_logs() as told:
            async with scraped(Meters(), settings, clock, processes=2):
                # There is none for it, and that stops nothing.
                assert (await read(settings.metrics_port)).status_code == 200
        events = [line["event"] for line in told if line["event"].startswith("metrics")]
        assert events == ["metrics wait for a free port"]
