"""Migrations among people who work: nobody waits for a step longer than it may wait itself, and it gets its turn."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from piccolo.columns import Text

from api import migrate as migrations
from api.migrate import Patience, Step, StillLocked, migrate, waiting
from api.schema import all_tables
from inspection.kernel.database import open_engine, running
from inspection.kernel.indexes import Index
from inspection.kernel.steps import alongside, column, table, widening
from mobile_contract.push import Verdict
from sync.pull import projections
from tests.support import postgres
from tests.support.schema import build_schema
from tests.sync.world import World, build_world, note

PATIENCE_S = 60
"""For what would otherwise wait for ever; nothing here is timed."""
BRISK = Patience(lock_s=0.3, tries=1000, pause_s=0.05)
WIDENED = ("2099-01-01T00:00:00:000001", "A further column")
INDEXED = ("2099-01-01T00:00:00:000002", "A further index")
LATER = Index("entry", ("device", "type"))


def widens() -> Any:
    return widening("inspection", *WIDENED, [table("Entry", "entry", column("later", Text, null=True))])


def indexes() -> Any:
    return alongside("inspection", *INDEXED, [LATER])


@dataclass
class Installation:
    """A PostgreSQL database of its own, and what a later version would bring to it."""

    dsn: str

    async def connect(self) -> "asyncpg.Connection[Any]":
        return await asyncpg.connect(self.dsn)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with postgres.database("fieldcheck_test_migrate_at_work") as dsn:
        asyncio.run(build_schema(dsn))
        yield Installation(dsn)


@pytest.fixture
async def world(installation: Installation) -> AsyncIterator[World]:
    projections.install()
    async with running(open_engine(installation.dsn), all_tables()) as engine:
        yield await build_world()
        await postgres.empty(engine)


@pytest.fixture
async def other(installation: Installation) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Somebody else's connection."""
    connection = await installation.connect()
    yield connection
    await connection.close()


@pytest.fixture
async def writing(installation: Installation) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Somebody who has begun to write, as a push that takes long."""
    connection = await installation.connect()
    await connection.execute("BEGIN; LOCK TABLE entry IN ROW EXCLUSIVE MODE")
    yield connection
    await connection.close()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the next version have a further step."""

    def bring(told: tuple[str, str], forwards: Callable[[], Any]) -> None:
        async def made() -> Any:
            return forwards()

        step = Step("inspection", told[0], SimpleNamespace(forwards=made, DESCRIPTION=told[1]))  # type: ignore[arg-type]
        all_of_them = [*migrations.steps(), step]
        monkeypatch.setattr(migrations, "steps", lambda: all_of_them)

    return bring


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # what is waited for happens in another process


async def test_pushes_pass_a_step_that_waits_for_their_table_and_the_step_gets_its_turn(
    world: World, other: "asyncpg.Connection[Any]", later: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await world.tablet()
    await world.push(device, note(device, world.visit))
    reading = other.transaction()
    await reading.start()
    await other.execute("LOCK TABLE entry IN ACCESS SHARE MODE")  # as whoever reads all of it for an hour
    with monkeypatch.context() as version:
        later(WIDENED, widens)
        with pytest.raises(StillLocked):
            await migrate(Patience(lock_s=0.05, tries=2, pause_s=0.01))
        migrating = asyncio.create_task(migrate(BRISK))
        waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'entry'::regclass AND NOT granted)"
        await until(lambda: other.fetchval(waits))
        for _ in range(3):
            async with asyncio.timeout(PATIENCE_S):
                answer = await world.push(device, note(device, world.visit))
            assert [one.verdict for one in answer.verdicts] == [Verdict.ACCEPTED]
        assert not migrating.done()
        await reading.rollback()
        async with asyncio.timeout(PATIENCE_S):
            assert [step.id for step in await migrating] == [WIDENED[0]]
        version.undo()
    assert await other.fetchval("SELECT count(*) FROM entry WHERE later IS NULL") == 4
    # The version before works on, and waits for nothing.
    assert await waiting() == []
    answer = await world.push(device, note(device, world.visit))
    assert [one.verdict for one in answer.verdicts] == [Verdict.ACCEPTED]


async def test_a_later_index_keeps_nobody_from_writing_and_is_made_whole_after_it_was_broken_off(
    world: World,
    other: "asyncpg.Connection[Any]",
    writing: "asyncpg.Connection[Any]",
    later: Callable[..., None],
) -> None:
    device = await world.tablet()
    await world.push(device, note(device, world.visit))
    later(INDEXED, indexes)
    whole = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)"

    async def state() -> bool | None:
        found: bool | None = await other.fetchval(whole, f'"{LATER.name}"')
        return found

    migrating = asyncio.create_task(migrate(BRISK))

    async def begun() -> bool:
        return await state() is not None

    await until(begun)
    async with asyncio.timeout(PATIENCE_S):
        answer = await world.push(device, note(device, world.visit))
    assert [one.verdict for one in answer.verdicts] == [Verdict.ACCEPTED]
    migrating.cancel()
    with pytest.raises(asyncio.CancelledError):
        await migrating
    assert await state() is False
    await writing.execute("ROLLBACK")

    assert [step.id for step in await migrate(BRISK)] == [INDEXED[0]]
    assert await state() is True
    assert await migrate(BRISK) == []


async def test_sqlite_makes_a_later_index_in_its_transaction(
    sqlite_template: Path, tmp_path: Path, later: Callable[..., None]
) -> None:
    file = shutil.copy(sqlite_template, tmp_path / "one.sqlite3")
    later(INDEXED, indexes)
    async with running(open_engine(f"sqlite:///{file}"), all_tables()) as engine:
        assert [step.id for step in await migrate()] == [INDEXED[0]]
        made = await engine.ask("SELECT 1 FROM sqlite_master WHERE name = ?", (LATER.name,))
    assert len(made) == 1
