"""Reads that may be a little old, on a real streaming replica; all else, and whatever it runs into, on the primary."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from api.app import process_for, serving
from api.engine import engine_of
from inspection.authority.found import found_authority
from inspection.kernel.ask import ask
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import current_engine
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.postgres import PooledPostgresEngine
from inspection.kernel.replica import Follower, Replica, ReplicaStanding, give_leave
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import read_at_once, unit_of_work
from tests.api.conftest import started
from tests.conftest import MEMORY
from tests.faults.cluster import Cluster
from tests.support.routes import routes
from tests.support.schema import build_schema
from tests.support.server_key import put_server_key

PATIENCE_S = 60
PUBLIC = "/public/statistics"  # lists every authority; its route is marked
AGES = 3600.0


@dataclass
class Pair:
    """A primary and the replica that follows it."""

    primary: Cluster
    replica: Cluster

    async def on_replica(self, sql: str) -> Any:
        connection = await asyncpg.connect(self.replica.dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    folder = Path(tempfile.mkdtemp(prefix="fieldcheck-replica-", dir=MEMORY if MEMORY.is_dir() else None))
    folder.chmod(0o755)
    both = Pair(Cluster(folder / "primary"), Cluster(folder / "replica"))
    try:
        both.primary.make()
        both.primary.tell(fsync="off", full_page_writes="off", jit="off")
        both.primary.start()
        asyncio.run(build_schema(both.primary.dsn))
        both.replica.copy_of(both.primary)
        both.replica.start()
        yield both
    finally:
        both.replica.kill()
        both.primary.kill()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def service(pair: Pair, folder: Path, lag_s: float) -> AsyncIterator[httpx.AsyncClient]:
    """The application over both, with this much of lag allowed."""
    settings = Settings(
        database_url=pair.primary.dsn, replica_url=pair.replica.dsn, replica_lag_s=lag_s, data_dir=folder, pool_size=4
    )
    put_server_key(folder)
    uninstall_projections()
    app = serving(routes(), process_for(settings, SystemClock(), SystemEntropy()))
    async with started(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as http:
            yield http


async def found(code: str) -> None:
    """Write: a further authority."""
    cmd = Command(SYSTEM, SystemClock().now(), SystemEntropy())
    await found_authority(cmd, code=code, name=code, short_name=code, rule_set="weihai-jingkai-commerce")


async def shown(http: httpx.AsyncClient) -> set[str]:
    """The authorities that a marked route tells of."""
    answer = await http.get(PUBLIC)
    assert answer.status_code == 200, answer.text
    return {one["authority"] for one in answer.json()}


async def codes() -> set[str]:
    """The same, asked here."""
    return {row["code"] for row in await ask("SELECT code FROM authority")}


def replica() -> Replica:
    engine = current_engine()
    assert isinstance(engine, PooledPostgresEngine)
    assert engine.replica is not None
    return engine.replica


def standing() -> ReplicaStanding:
    return replica().standing()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # what is waited for happens in another process


async def young() -> bool:
    return standing().behind_s is not None


async def test_what_may_be_old_is_read_from_the_replica_and_nothing_else_is(pair: Pair, tmp_path: Path) -> None:
    async with service(pair, tmp_path, AGES) as http:
        await found("before")

        async def there() -> bool:
            return "before" in await shown(http)

        await until(there)
        await pair.on_replica("SELECT pg_wal_replay_pause()")
        await found("after")
        before = standing()
        assert "after" not in await shown(http)
        assert standing().answered > before.answered
        assert standing().fell_back == before.fell_back

        give_leave(may_lag=True)
        assert "after" not in await codes()
        assert "after" not in await read_at_once(codes)
        async with unit_of_work():
            assert "after" in await codes()
        # Whoever has written in this request would miss it there.
        assert "after" in await codes()
        give_leave(may_lag=False)
        assert "after" in await codes()
        await pair.on_replica("SELECT pg_wal_replay_resume()")

        async def caught_up() -> bool:
            return "after" in await shown(http)

        await until(caught_up)


async def test_a_replica_that_is_too_far_behind_is_not_read_from_until_it_has_caught_up(
    pair: Pair, tmp_path: Path
) -> None:
    async with service(pair, tmp_path, 0.5) as http:
        await until(young)
        await pair.on_replica("SELECT pg_wal_replay_pause()")
        await found("too-far")

        async def told() -> bool:
            return "too-far" in await shown(http)

        await until(told)
        assert standing().behind_s is None
        assert standing().fell_back > 0
        await pair.on_replica("SELECT pg_wal_replay_resume()")
        await until(young)
        answered = standing().answered
        assert "too-far" in await shown(http)
        assert standing().answered > answered


async def test_a_replica_that_is_killed_costs_no_request_and_is_read_from_when_it_is_back(
    pair: Pair, tmp_path: Path
) -> None:
    async with service(pair, tmp_path, AGES) as http:
        await until(young)
        assert await shown(http)
        everything = await codes()
        asking = [asyncio.create_task(shown(http)) for _ in range(8)]
        await asyncio.sleep(0)
        pair.replica.kill()
        assert [await one for one in asking] == [everything] * 8
        assert await shown(http) == everything
        assert standing().behind_s is None
        pair.replica.start()
        await until(young)
        answered = standing().answered
        assert await shown(http) == everything
        assert standing().answered > answered


async def test_a_server_starts_without_its_replica_and_refuses_to_take_the_primary_for_one(pair: Pair) -> None:
    for wrong in ("postgresql://postgres@127.0.0.1:1/postgres", pair.primary.dsn):
        engine = PooledPostgresEngine(pair.primary.dsn, replica=Follower(wrong, AGES))
        await engine.start()
        give_leave(may_lag=True)
        try:
            assert engine.replica is not None
            assert engine.replica.standing().behind_s is None
            assert [row["one"] for row in await engine.ask("SELECT 1 AS one", ())] == [1]
        finally:
            give_leave(may_lag=False)
            await engine.close()


def test_only_postgresql_has_a_replica(tmp_path: Path) -> None:
    for database, address in (("", "postgresql://a/b"), ("postgresql://a/b", "sqlite:///a")):
        with pytest.raises(ValueError, match="REPLICA_URL"):
            engine_of(Settings(data_dir=tmp_path, database_url=database, replica_url=address))
