"""The same trace on dictionaries and through HTTP on both engines: both keep the invariants and come to the same."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from tests.simulator.run import Outcome, core_outcome, run
from tests.simulator.served import ServedServer
from tests.simulator.trace import trace_of

SEEDS = range(100, 103)
LENGTH = 12


@cache
def _core(seed: int) -> Outcome:
    """In a thread of its own: a loop is running here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(core_outcome, trace_of(seed, length=LENGTH)).result()


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_trace_through_http_comes_to_what_it_comes_to_on_dictionaries(seed: int, served: ServedServer):
    core = await asyncio.to_thread(_core, seed)
    _, outcome = await run(trace_of(seed, length=LENGTH), served)
    assert outcome.entries == core.entries
    assert outcome == core
