import asyncio
from collections.abc import Awaitable, Callable
from functools import cache

import pytest
from litestar import Litestar

from api.app import process_for, routed_app, serving
from api.worker import keep_working
from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from inspection.kernel.work.worker import Worker
from tests.api.conftest import started


class Moody(Worker):
    """Breaks off as often as told, then works until it is stopped."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.runs = 0
        self.ran = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        self.runs += 1
        self.ran.set()
        if self.runs <= self.failures:
            raise ConnectionError("the database is away")
        stop.set()


async def test_background_work_goes_on_after_the_database_was_away() -> None:
    worker = Moody(failures=3)
    await keep_working(worker, asyncio.Event(), pause_s=0)
    assert worker.runs == 4


async def test_background_work_that_is_stopped_while_it_waits_ends() -> None:
    stop = asyncio.Event()
    worker = Moody(failures=1)
    work = asyncio.create_task(keep_working(worker, stop, pause_s=3600))
    await worker.ran.wait()
    stop.set()
    await work
    assert worker.runs == 1


@cache
def working() -> Litestar:
    """All routes and the work behind them, put together once a process."""
    return routed_app(works=True)


async def test_a_server_that_works_too_starts_and_ends_cleanly(settings: Settings, clock: FixedClock) -> None:
    async with started(serving(working(), process_for(settings, clock, SeededEntropy("works")))):
        assert [task for task in asyncio.all_tasks() if task.get_name() == "background work"]
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "background work"]


async def test_files_come_and_go_and_what_has_run_out_is_forgotten_beside_the_work(
    settings: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tended = (
        "expire_uploads",
        "replicate_waiting",
        "evict_replicated",
        "clear_waiting",
        "forget_proofs",
        "forget_rates",
    )
    done = {name: asyncio.Event() for name in tended}
    for name, event in done.items():
        monkeypatch.setattr(f"api.worker.{name}", _telling(event))
    async with started(serving(working(), process_for(settings, clock, SeededEntropy("tends")))):
        for event in done.values():
            await event.wait()


def _telling(event: asyncio.Event) -> Callable[..., Awaitable[None]]:
    async def tell(*_: object, **__: object) -> None:
        event.set()

    return tell
