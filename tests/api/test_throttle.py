from dataclasses import replace
from datetime import timedelta

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar import Litestar

from api.app import serving
from api.throttle import BUDGETS, Rate, RateClass, Throttle, client_address
from inspection.kernel.clock import FixedClock
from inspection.kernel.settings import Settings
from tests.conftest import NOW


@settings(max_examples=200, deadline=None)
@given(
    burst=st.integers(1, 20),
    per_minute=st.integers(1, 600),
    steps=st.lists(st.integers(0, 120_000), min_size=1, max_size=60),
)
def test_no_window_ever_grants_more_than_burst_and_refill(burst: int, per_minute: int, steps: list[int]) -> None:
    throttle, now, granted = Throttle(), NOW, []
    for step in steps:
        now += timedelta(milliseconds=step)
        if throttle.take("key", Rate(burst, per_minute), now) == 0:
            granted.append(now)
    for first, begin in enumerate(granted):
        for last in range(first, len(granted)):
            seconds = (granted[last] - begin).total_seconds()
            assert last - first + 1 <= burst + seconds * per_minute / 60 + 1e-6


@settings(max_examples=200, deadline=None)
@given(burst=st.integers(1, 20), per_minute=st.integers(1, 600), extra=st.integers(1, 5))
def test_who_waits_as_told_is_served(burst: int, per_minute: int, extra: int) -> None:
    throttle, rate = Throttle(), Rate(burst, per_minute)
    waits = [throttle.take("key", rate, NOW) for _ in range(burst + extra)]
    assert waits[:burst] == [0] * burst
    assert min(waits[burst:]) >= 1
    assert throttle.take("key", rate, NOW + timedelta(seconds=waits[-1])) == 0


def test_a_clock_that_jumps_back_neither_grants_nor_blocks_for_ever() -> None:
    throttle, rate = Throttle(), Rate(1, 60)
    assert throttle.take("key", rate, NOW) == 0
    assert throttle.take("key", rate, NOW - timedelta(days=1)) == 1
    assert throttle.take("key", rate, NOW + timedelta(seconds=1)) == 0


def test_memory_is_bounded_and_forgets_the_least_recently_used() -> None:
    throttle, rate = Throttle(max_keys=2), Rate(1, 1)
    assert throttle.take("a", rate, NOW) == 0
    assert throttle.take("b", rate, NOW) == 0
    assert throttle.take("a", rate, NOW) > 0
    assert throttle.take("c", rate, NOW) == 0
    assert throttle.take("a", rate, NOW) > 0
    assert throttle.take("b", rate, NOW) == 0


def scope(*forwarded: str) -> dict:
    return {"client": ("10.0.0.9", 1), "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded]}


def test_only_what_our_own_proxies_saw_is_believed() -> None:
    assert client_address(scope("1.1.1.1"), 0) == "10.0.0.9"
    assert client_address(scope("6.6.6.6, 1.1.1.1"), 1) == "1.1.1.1"
    assert client_address(scope("6.6.6.6, 1.1.1.1", "10.0.0.1"), 2) == "1.1.1.1"
    assert client_address(scope(), 1) == "10.0.0.9"
    assert client_address({"client": None, "headers": []}, 0) == "unknown"


async def test_one_caller_has_a_budget_and_another_has_its_own(client: httpx.AsyncClient, clock: FixedClock) -> None:
    burst = BUDGETS[RateClass.GENERAL].caller.burst
    mine, other = {"Authorization": "Bearer one"}, {"Authorization": "Bearer two"}
    codes = [(await client.get("/health/live", headers=mine)).status_code for _ in range(burst + 1)]
    assert codes == [200] * burst + [429]
    refused = await client.get("/health/live", headers=mine)
    assert refused.json()["code"] == "too-many-requests"
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["retry_after"] == int(refused.headers["retry-after"])
    assert (await client.get("/health/live", headers=other)).status_code == 200


async def test_fresh_tokens_do_not_escape_the_budget_of_the_address(client: httpx.AsyncClient) -> None:
    burst = BUDGETS[RateClass.GENERAL].address.burst
    codes = [
        (await client.get("/health/live", headers={"Authorization": f"Bearer {n}"})).status_code
        for n in range(burst + 1)
    ]
    assert codes[:burst] == [200] * burst
    assert codes[burst] == 429


async def test_the_setting_switches_it_off(app: Litestar, client: httpx.AsyncClient, settings: Settings) -> None:
    free = settings.model_copy(update={"rate_limit": False})
    serving(app, replace(app.state.process, settings=free, throttle=Throttle()))
    burst = BUDGETS[RateClass.GENERAL].caller.burst
    codes = {(await client.get("/health/live")).status_code for _ in range(burst + 1)}
    assert codes == {200}
