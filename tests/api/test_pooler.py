"""Everything through a real PgBouncer that gives each transaction another of its connections, too few for all."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest

from api.migrate import steps
from api.schema import all_tables
from api.worker import install_projections, make_worker
from inspection.authority.desk_sessions import open_session
from inspection.authority.found import open_account
from inspection.kernel.clock import FixedClock, SystemClock
from inspection.kernel.command import Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.keys import load_server_keys
from inspection.kernel.work.store import given_up, pending
from inspection.visits.tables import Entry
from mobile_contract.client import Device, Session
from mobile_contract.push import Verdict
from tests.support import postgres
from tests.support.pooler import CONNECTIONS, Pooler, pooler
from tests.support.schema import build_schema
from tests.support.served import Server
from tests.sync.world import World, build_world, note

TABLETS, ROUNDS, NOTES = 6, 3, 4
PATIENCE_S = 120


@dataclass
class Pooled:
    """One database behind PgBouncer; `direct` leads past it."""

    direct: str
    through: Pooler
    folder: Path


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pooled]:
    folder = tmp_path_factory.mktemp("pooled")
    with postgres.database("fieldcheck_test_pooled") as direct, pooler(direct, folder) as through:
        asyncio.run(build_schema(through.transaction, pooler=True))
        yield Pooled(direct, through, folder)


@pytest.fixture
def server(pooled: Pooled) -> Iterator[Server]:
    one = Server(pooled.folder / "data", pooled.folder / "server.log")
    told = {"DATABASE_URL": pooled.through.transaction, "FIELDCHECK_POOLER": "true", "FIELDCHECK_POOL_SIZE": "4"}
    one.settings |= {**told, "FIELDCHECK_WEB_PROCESSES": "2"}
    one.start()
    yield one
    one.stop()


async def found(folder: Path) -> tuple[World, list[Device], str]:
    """An authority with its tablets, and somebody who is signed in at its desk."""
    world = await build_world()
    world.keys, world.now = load_server_keys(folder / "keys"), SystemClock().now()
    tablets = [await world.tablet(number % 2) for number in range(TABLETS)]
    told = {"username": "planner", "name": "某", "role": Role.PLANNER, "password": "a long enough password"}
    account = await open_account(world.cmd(), authority=world.authority, unit=None, **told)  # type: ignore[arg-type]
    opened = await open_session(world.cmd(), account, browser="Tests", lasts=timedelta(days=1), factor="passkey")
    return world, tablets, opened.token


async def a_day(address: str, device: Device, world: World) -> int:
    """One tablet's pushes and pulls; returns how many entries had receipts."""
    taken = 0
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE_S) as http:
        session = Session(device, http)
        for _ in range(ROUNDS):
            for _ in range(NOTES):
                note(device, world.visit)
            taken += await session.push()
            await session.pull()
    return taken


async def at_the_desk(address: str, token: str) -> set[int]:
    """What the pages of somebody who works at the desk, and the public's, are answered with."""
    cookies = {"desk": token}
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE_S, cookies=cookies) as http:
        paths = ("/desk", "/desk/tasks", "/desk/visits", "/desk/objects", "/", "/public/statistics") * ROUNDS
        return {(await http.get(path)).status_code for path in paths}


async def test_tablets_pages_and_background_work_share_fewer_connections_than_they_are(
    pooled: Pooled, server: Server
) -> None:
    install_projections()
    async with running(open_engine(pooled.through.transaction, pooler=True), all_tables()):
        world, tablets, token = await found(server.folder)
        days = [a_day(server.address, device, world) for device in tablets]
        taken = await asyncio.gather(*days, at_the_desk(server.address, token))
        assert taken == [*[ROUNDS * NOTES] * TABLETS, {200}]
        assert await Entry.count() == TABLETS * ROUNDS * NOTES
        later = FixedClock(SystemClock().now() + timedelta(hours=1))
        workers = [make_worker(later, SystemEntropy()) for _ in range(3)]
        assert sum(await asyncio.gather(*(worker.drain() for worker in workers))) > 0
        assert (await pending(), await given_up()) == (0, [])
    uninstall_projections()
    direct = await asyncpg.connect(pooled.direct)
    used = await direct.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert await direct.fetchval("SELECT count(*) FROM migration") == len(steps())
    await direct.close()
    assert used <= CONNECTIONS < 4 * 2


async def test_a_pooler_that_keeps_sessions_together_needs_no_setting(pooled: Pooled) -> None:
    install_projections()
    async with running(open_engine(pooled.through.session, pool_size=2), all_tables()) as engine:
        world = await build_world("session")
        device = await world.tablet()
        for _ in range(ROUNDS):
            answer = await world.push(device, note(device, world.visit))
            assert [one.verdict for one in answer.verdicts] == [Verdict.ACCEPTED]
        assert engine.engine_type == "postgres"
    uninstall_projections()


async def test_without_the_setting_a_statement_meets_a_connection_that_does_not_know_it(pooled: Pooled) -> None:
    first, second = [await asyncpg.connect(pooled.through.transaction) for _ in range(2)]
    try:
        with pytest.raises((asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)):
            for _ in range(2):
                await first.fetch("SELECT $1::int", 1)
                held = second.transaction()
                await held.start()  # takes the connection that was used last
                await second.fetch("SELECT $1::text", "held")
                await first.fetch("SELECT $1::int", 1)
    finally:
        first.terminate()
        second.terminate()
