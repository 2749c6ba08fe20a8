"""The same trace on dictionaries and through HTTP on both engines: both keep the invariants and come to the same."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from litestar import Litestar

from api.app import routed_app
from inspection.kernel.database import current_engine
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from tests.simulator.run import Outcome, core_outcome, run
from tests.simulator.served import ServedServer
from tests.simulator.trace import trace_of
from tests.support import postgres

SEEDS = range(100, 103)
LENGTH = 12


@cache
def _routes() -> Litestar:
    return routed_app(works=False)


@cache
def _core(seed: int) -> Outcome:
    """In a thread of its own: a loop is running here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(core_outcome, trace_of(seed, length=LENGTH)).result()


@pytest.fixture
async def served(database_url: str, tmp_path: Path) -> AsyncIterator[ServedServer]:
    uninstall_projections()
    server = ServedServer(Settings(database_url=database_url, data_dir=tmp_path / "data"), _routes())
    await server.start()
    yield server
    if current_engine().engine_type == "postgres":
        await postgres.empty(current_engine())
    await server.stop()
    uninstall_projections()


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_trace_through_http_comes_to_what_it_comes_to_on_dictionaries(seed: int, served: ServedServer):
    core = await asyncio.to_thread(_core, seed)
    _, outcome = await run(trace_of(seed, length=LENGTH), served)
    assert outcome.entries == core.entries
    assert outcome == core
