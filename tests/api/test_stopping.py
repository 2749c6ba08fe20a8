"""How a server ends: red first, nothing in hand is lost, and at once when it is told twice. With real processes."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import httpx
import pytest

from api.cli import serve
from api.cli.family import Family
from api.cli.pulse import Pulse, beating
from api.departure import KILLED
from api.schema import all_tables
from inspection.kernel.clock import SystemClock
from inspection.kernel.database import open_engine, running
from inspection.kernel.keys import load_server_keys
from inspection.visits.tables import Entry
from mobile_contract.client import Device, Session
from sync.pull import projections
from tests.support import postgres
from tests.support.served import PATIENCE_S, Server, run
from tests.sync.world import build_world, note

PUSH = "/v1/sync/push"
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
"""SQLite has one process."""


class SlowBodies(httpx.AsyncHTTPTransport):
    """Sends the first half of a push, lets something happen, and sends the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.between: Callable[[], None] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == PUSH and self.between is not None:
            request.stream = _Halves(request.content, self.between)
        return await super().handle_async_request(request)


class _Halves(httpx.AsyncByteStream):
    def __init__(self, body: bytes, between: Callable[[], None]) -> None:
        self._body, self._between = body, between

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = len(self._body) // 2
        yield self._body[:half]
        await asyncio.to_thread(self._between)
        yield self._body[half:]


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """One process on SQLite; on PostgreSQL two, as an operator would have them."""
    one = Server(tmp_path / "data", tmp_path / "server.log")
    one.settings |= {"DATABASE_URL": database_url}
    if database_url.startswith("postgres"):
        one.settings["FIELDCHECK_WEB_PROCESSES"] = "2"
    yield one
    one.put_away()
    if database_url.startswith("postgres"):
        asyncio.run(_emptied(database_url))


async def _emptied(url: str) -> None:
    async with running(open_engine(url), all_tables()) as engine:
        await postgres.empty(engine)


async def a_tablet(server: Server) -> Device:
    """An enrolled tablet, whose visit is open."""
    projections.install()
    async with running(open_engine(server.settings["DATABASE_URL"]), all_tables()):
        world = await build_world()
        world.keys, world.now = load_server_keys(server.folder / "keys"), SystemClock().now()
        device = await world.tablet()
        note(device, world.visit)
    return device


def children(server: Server) -> set[int]:
    """The processes that this server has forked."""
    told = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return {int(child) for child in told.split()}


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.02)


async def test_a_push_in_flight_at_the_signal_gets_its_receipt_and_the_server_ends_in_order(server: Server) -> None:
    device = await a_tablet(server)
    server.start()

    def stop() -> None:
        # As systemd, and a terminal, tell every process of a group; then the parent tells its children once more.
        for one in (server.pid, *children(server)):
            os.kill(one, signal.SIGTERM)
        until(lambda: "no new requests" in server.log.read_text())

    lines = SlowBodies()
    async with httpx.AsyncClient(transport=lines, base_url=server.address, timeout=PATIENCE_S) as http:
        session = Session(device, http)
        await session.pull()
        lines.between = stop
        assert await session.push() == 1
    assert server.ended() == 0
    async with running(open_engine(server.settings["DATABASE_URL"]), all_tables()):
        assert await Entry.count() == 1


def test_a_server_that_leaves_says_so_first_and_ends_at_once_when_told_twice(server: Server) -> None:
    server.settings["FIELDCHECK_DRAIN_S"] = "600"
    server.start()
    server.tell(signal.SIGTERM)

    def ask(path: str) -> httpx.Response:
        return httpx.get(f"{server.address}{path}", trust_env=False)

    until(lambda: ask("/health/ready").status_code == 503)
    assert ask("/health/ready").json()["failing"] == ["serving"]
    assert ask("/health/live").status_code == 200
    server.tell(signal.SIGTERM)
    assert server.ended() == KILLED + signal.SIGTERM


@ON_POSTGRES
def test_a_process_that_dies_is_replaced_while_its_sibling_serves(server: Server) -> None:
    server.start()

    before = children(server)
    assert len(before) == 2
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(children(server) - {victim}) == 2)
    assert httpx.get(f"{server.address}/health/ready", trust_env=False).status_code == 200
    server.foreseen.add("a process died and is replaced")
    server.stop()


def looking_often(words: list[str], log: Path, environment: Mapping[str, str]) -> None:
    """A server whose family is looked after ten times as often."""
    pytest.MonkeyPatch().setattr(serve, "Family", partial(Family, look_s=0.5))
    run(words, log, environment)


@ON_POSTGRES
def test_a_process_that_hangs_is_replaced_while_its_sibling_serves(server: Server) -> None:
    server.program = looking_often
    server.start()

    victim = min(children(server))
    os.kill(victim, signal.SIGSTOP)
    until(lambda: len(children(server) - {victim}) == 2)
    assert httpx.get(f"{server.address}/health/ready", trust_env=False).status_code == 200
    server.foreseen |= {"a process hangs and is killed", "a process died and is replaced"}
    server.stop()
    told = [json.loads(line) for line in server.log.read_text().splitlines() if "a process hangs" in line]
    assert [line["child"] for line in told] == [victim]


async def test_a_loop_that_turns_is_seen_and_one_that_stands_still_is_not() -> None:
    pulse = Pulse()
    async with beating(pulse):
        await asyncio.sleep(0)
        pulse.look()
        assert pulse.still == 0
        for looks in (1, 2):
            pulse.look()
            assert pulse.still == looks
    pulse.beat()
    pulse.look()
    assert pulse.still == 0


def with_a_stranger(words: list[str], log: Path, environment: Mapping[str, str]) -> None:
    """A server to whom a child comes that is none of its family, as orphans do to the first process of a container."""
    if stranger := os.fork():
        log.with_name("stranger").write_text(str(stranger))
        run(words, log, environment)
    else:
        signal.pause()


@ON_POSTGRES
def test_a_child_that_is_none_of_the_family_dies_unheeded(server: Server, tmp_path: Path) -> None:
    server.program = with_a_stranger
    server.start()

    stranger = int((tmp_path / "stranger").read_text())
    family = children(server) - {stranger}
    os.kill(stranger, signal.SIGKILL)
    until(lambda: stranger not in children(server))
    assert children(server) == family
    server.stop()
