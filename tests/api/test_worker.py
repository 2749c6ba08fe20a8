import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar

from api.app import create_app
from api.desk.registry.waiting import KEPT, Waiting, clear_waiting
from api.office.registry import Register
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


async def test_a_server_that_works_too_starts_and_ends_cleanly(settings: Settings, clock: FixedClock) -> None:
    service: Litestar = create_app(settings, clock=clock, entropy=SeededEntropy("works"), works=True)
    async with started(service):
        assert [task for task in asyncio.all_tasks() if task.get_name() == "background work"]
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "background work"]


async def test_uploads_expire_and_files_go_to_the_object_store_and_off_the_disk_beside_the_work(
    settings: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = {name: asyncio.Event() for name in ("expire_uploads", "replicate_waiting", "evict_replicated")}
    for name, event in done.items():
        monkeypatch.setattr(f"api.worker.{name}", _telling(event))
    async with started(create_app(settings, clock=clock, entropy=SeededEntropy("tends"), works=True)):
        for event in done.values():
            await event.wait()


async def test_a_file_that_waited_to_be_imported_for_a_day_is_deleted_beside_the_work_and_no_younger_one(
    settings: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared = asyncio.Event()

    async def clear(folder: Path, now: datetime) -> None:
        await clear_waiting(folder, now)
        cleared.set()

    monkeypatch.setattr("api.worker.clear_waiting", clear)
    place = settings.data_dir / "waiting-imports"
    for name, age in (("old", KEPT + timedelta(seconds=1)), ("young", KEPT)):
        told = Waiting(UUID(int=7), "somebody", Register.OBJECTS, f"{name}.csv", clock.now() - age)
        (place / name).mkdir(parents=True)
        (place / name / "file").write_bytes(b"name,code")
        (place / name / "told.json").write_bytes(msgspec.json.encode(told))
    async with started(create_app(settings, clock=clock, entropy=SeededEntropy("clears"), works=True)):
        await cleared.wait()
    assert names(place) == ["young"]


async def test_nothing_waits_where_nobody_has_sent_a_file(tmp_path: Path, clock: FixedClock) -> None:
    await clear_waiting(tmp_path / "nowhere", clock.now())
    assert names(tmp_path) == []


async def test_half_a_file_is_deleted_by_its_age(tmp_path: Path) -> None:
    half = tmp_path / "waiting-imports" / "half"
    half.mkdir(parents=True)
    made = datetime.fromtimestamp(half.stat().st_mtime, UTC)
    await clear_waiting(tmp_path, made + KEPT)
    assert half.is_dir()
    await clear_waiting(tmp_path, made + KEPT + timedelta(seconds=1))
    assert not half.exists()


def names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def _telling(event: asyncio.Event) -> Callable[..., Awaitable[None]]:
    async def tell(*_: object, **__: object) -> None:
        event.set()

    return tell
