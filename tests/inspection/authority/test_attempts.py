"""What is counted of those who try is counted once for all who ask the same database."""

import asyncio
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.throttle import Rate, Throttle
from inspection.authority.attempts import store
from inspection.authority.attempts.rates import KEPT, forget_rates, take_token
from inspection.authority.attempts.tables import RateBucket, StrangeName
from inspection.authority.rules import LOCK, LOCK_AFTER
from inspection.authority.strange_names import strange_name_locked
from inspection.kernel.unit_of_work import in_unit
from tests.conftest import NOW


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    burst=st.integers(1, 6),
    per_minute=st.sampled_from([1, 7, 60, 600]),
    steps=st.lists(st.integers(0, 20_000), min_size=1, max_size=12),
)
async def test_the_database_grants_what_the_memory_of_one_process_grants(db, burst, per_minute, steps) -> None:
    key, now, memory = f"{burst}:{per_minute}:{steps}", NOW, Throttle()
    await RateBucket.delete(force=True)
    for step in steps:
        now += timedelta(milliseconds=step)
        wait = memory.take(key, Rate(burst, per_minute), now)
        assert (await take_token(key, burst=burst, per_minute=per_minute, now=now) == 0) == (wait == 0)


async def test_of_many_who_ask_at_once_as_many_are_served_as_may(db) -> None:
    waits = await asyncio.gather(*(take_token("a", burst=5, per_minute=6, now=NOW) for _ in range(12)))
    assert sorted(waits) == [0] * 5 + [10] * 7
    assert await take_token("b", burst=5, per_minute=6, now=NOW) == 0


async def test_who_waits_as_told_is_served_and_a_clock_that_lags_grants_nothing_more(db) -> None:
    assert await take_token("a", burst=1, per_minute=6, now=NOW) == 0
    assert await take_token("a", burst=1, per_minute=6, now=NOW - timedelta(seconds=5)) == 15
    assert await take_token("a", burst=1, per_minute=6, now=NOW + timedelta(seconds=10)) == 0


async def test_neither_an_address_nor_a_name_is_kept_and_both_are_forgotten(db) -> None:
    await take_token("sign_in:address:192.0.2.7", burst=1, per_minute=6, now=NOW)
    await strange_name_locked("somebody", NOW)
    kept = str([await RateBucket.select(), await StrangeName.select()])
    assert "192.0.2.7" not in kept
    assert "somebody" not in kept
    await forget_rates(NOW + KEPT)
    assert await RateBucket.count() == 1
    await forget_rates(NOW + KEPT + timedelta(seconds=11))
    await in_unit(store.drop_strange_names, NOW + timedelta(seconds=1))
    assert (await RateBucket.count(), await StrangeName.count()) == (0, 0)


async def test_a_strange_name_that_is_tried_side_by_side_is_locked_after_as_many_tries(db) -> None:
    tried = await asyncio.gather(*(strange_name_locked("nobody", NOW) for _ in range(LOCK_AFTER + 3)))
    assert sorted(tried, key=str) == [NOW + LOCK] * 3 + [None] * LOCK_AFTER
    assert await strange_name_locked("nobody", NOW + LOCK) is None
