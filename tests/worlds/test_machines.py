"""Two machines and one PostgreSQL, all real processes: whoever alternates between them meets one service.

`near` and `same` share a data directory; `far` has a disk of its own, the same keys and the same object store.
"""

import asyncio
import fcntl
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from api.schema import all_tables
from inspection.authority.found import found_authority, open_account
from inspection.authority.rules import LOCK_AFTER
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.keys import load_server_keys
from mobile_contract.client import Device, Session
from mobile_contract.client.dpop import proof
from tests.api.desk.conftest import Seat
from tests.media.remote import servers
from tests.media.requests import CHUNK, declared, sha256
from tests.support import postgres
from tests.support.forms import Forms
from tests.support.served import Server, Worker
from tests.sync.world import build_world

ADDRESS = "http://fieldcheck.test"
BUCKET = "evidence"
PASSWORD = "a long enough password"
PHOTO = bytes(range(256)) * 9_000
PIECE = 400_000


@dataclass
class Place:
    """The machines, and what a test needs to know of them."""

    near: Server
    same: Server
    far: Server
    codes: list[str]
    visit: UUID
    new_device: Callable[[], Device]


class Balancer(httpx.AsyncBaseTransport):
    """Sends each request to the next machine, as a proxy does that knows no better."""

    def __init__(self, machines: Sequence[Server]) -> None:
        self._ports = cycle(machine.port for machine in machines)
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        there = request.url.copy_with(host="127.0.0.1", port=next(self._ports))
        passed = httpx.Request(
            request.method, there, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        return await self._inner.handle_async_request(passed)

    async def aclose(self) -> None:
        await self._inner.aclose()


def through(*machines: Server, address: str = "192.0.2.1") -> httpx.AsyncClient:
    """A client of these machines in turn; `address`: whose requests the proxy says they are."""
    return httpx.AsyncClient(
        transport=Balancer(machines), base_url=ADDRESS, headers={"X-Forwarded-For": address}, timeout=60
    )


@pytest.fixture(scope="module")
def place(postgres_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("machines")
    load_server_keys(folder / "near" / "keys")
    (folder / "far").mkdir()
    shutil.copytree(folder / "near" / "keys", folder / "far" / "keys")
    with servers.moto() as store:
        httpx.put(f"{store}/{BUCKET}", trust_env=False).raise_for_status()
        settings = {
            "DATABASE_URL": postgres_dsn,
            "FIELDCHECK_PUBLIC_URL": ADDRESS,
            "FIELDCHECK_TRUSTED_PROXIES": "1",
            "FIELDCHECK_TWO_FACTOR_ROLES": "",
            "FIELDCHECK_S3_URL": f"s3://{BUCKET}/machines",
            "FIELDCHECK_S3_ENDPOINT": store,
            "FIELDCHECK_S3_KEY_ID": "x",
            "FIELDCHECK_S3_SECRET": "x",
        }
        made = asyncio.run(_world(postgres_dsn, folder))
        machines = [
            Server(folder / name, folder / f"{log}.log") for name, log in (("near", 1), ("near", 2), ("far", 3))
        ]
        for machine in machines:
            machine.settings = settings
            machine.start()
        worker = Worker(folder / "near", folder / "worker.log", settings)
        yield Place(*machines, *made)
        worker.stop()
        for machine in machines:
            machine.stop()
    asyncio.run(_emptied(postgres_dsn))


async def _world(dsn: str, folder: Path) -> tuple[list[str], UUID, Callable[[], Device]]:
    async with running(open_engine(dsn), all_tables()):
        world = await build_world()
        world.keys, world.now = load_server_keys(folder / "near" / "keys"), SystemClock().now()
        await seed_calendar(world.cmd())
        office = await found_authority(
            world.cmd(), code="a1", name="某区商务局", short_name="某商", rule_set="weihai-jingkai-commerce"
        )
        who = {"username": "planner", "name": "planner", "role": Role.PLANNER, "password": PASSWORD}
        await open_account(world.cmd(), authority=office.id, unit=None, **who)
        return [await world.code() for _ in range(3)], world.visit, world.new_device


async def _emptied(dsn: str) -> None:
    async with running(open_engine(dsn), all_tables()) as engine:
        await postgres.empty(engine)


@pytest.fixture
async def tablet(place: Place) -> AsyncIterator[Session]:
    """An enrolled tablet whose requests go to near and far in turn."""
    async with through(place.near, place.far) as http:
        session = Session(place.new_device(), http)
        await session.enrol(place.codes.pop(), "平板")
        yield session


async def test_a_tablet_that_alternates_enrols_pushes_pulls_and_uploads(place: Place, tablet: Session) -> None:
    device = tablet.device
    await tablet.fetch_anchor()
    for text in ("一", "二", "三"):
        device.capture("note.add", {"text": text}, visit=place.visit)
    assert await tablet.push() == 3
    assert await tablet.pull() > 0
    device.store.keep_file(sha256(PHOTO), "image/jpeg", PHOTO)
    for _ in range(20):  # a machine that has not let go yet says 423, and a tablet repeats
        with suppress(Exception):
            if await tablet.upload_files(PIECE) == 0:
                break
    assert device.store.incomplete_files() == []
    for machine in (place.near, place.far):
        async with through(machine) as http:
            have = await http.post("/v1/media/have", json={"sha256": [sha256(PHOTO)]}, auth=tablet._auth)
            assert sha256(PHOTO) in have.text, have.text


async def test_a_proof_that_was_spent_at_one_machine_is_refused_at_the_others(place: Place, tablet: Session) -> None:
    await tablet.standing()
    assert tablet._auth.nonce is not None
    headers = signed(tablet, "GET", "/v1/devices/self")
    told = []
    for machine in (place.near, place.far, place.same):
        async with through(machine) as http:
            answer = await http.get("/v1/devices/self", headers=headers)
            told.append((answer.status_code, "dpop-nonce" in answer.headers))
    assert told == [(200, True), (401, True), (401, True)]


async def test_an_upload_goes_on_beside_a_process_that_died_with_it_in_its_hands(place: Place, tablet: Session) -> None:
    data, auth = PHOTO[::-1], tablet._auth
    async with through(place.near, place.same) as both, through(place.same) as dying:
        created = await both.post("/v1/uploads", headers=declared(data), auth=auth)
        where = created.headers["location"]
        for offset in (0, PIECE):
            sent = await both.patch(where, content=data[offset : offset + PIECE], headers=at(offset), auth=auth)
            assert sent.headers["upload-offset"] == str(offset + PIECE)
        staged = place.near.folder / "media" / "staging" / where.rpartition("/")[2]
        hanging = asyncio.create_task(hang(dying, tablet, where, 2 * PIECE, data[2 * PIECE : 2 * PIECE + 1000]))
        await until(lambda: is_locked(staged))
        place.same.kill()
        hanging.cancel()
        with suppress(asyncio.CancelledError, httpx.HTTPError):
            await hanging
        place.same.start()
        offset = int((await both.head(where, headers=at(0), auth=auth)).headers["upload-offset"])
        assert offset >= 2 * PIECE
        done = await both.patch(where, content=data[offset:], headers=at(offset), auth=auth)
        assert (done.status_code, done.headers["upload-offset"]) == (204, str(len(data)))


async def test_a_session_at_the_desk_is_one_at_every_machine_and_so_is_a_file_that_waits(place: Place) -> None:
    async with through(place.near, place.far, address="192.0.2.2") as http:
        page = await http.get("/desk/sign-in")
        form = Forms(page.text).to("/desk/sign-in")
        told = {"username": "planner", "password": PASSWORD}
        assert (await http.post("/desk/sign-in", data=form.filled(told))).status_code == 303
        seat = Seat(http)
        body = "统一社会信用代码,名称\n91370000MA3C5QYT1A,新公司\n"
        waits = await seat.done(
            "/desk/imports", {"kind": "objects"}, files={"file": ("x.csv", body.encode(), "text/csv")}
        )
        pages = [await seat.read(waits) for _ in range(2)]
        assert pages[0].text == pages[1].text
        (token,) = [str(field["value"]) for field in pages[0].all("input") if field.get("name") == "token"]
        done = await seat.done(f"{waits}/import", {"token": token})
        assert ["x.csv" in (await http.get(done)).text for _ in range(2)] == [True, True]
        await seat.done("/desk/sign-out")
        assert [(await http.get("/desk")).status_code for _ in range(2)] == [303, 303]


async def test_tries_to_sign_in_are_counted_together_by_address_and_by_name(place: Place) -> None:
    async with through(place.near, place.far, place.same, address="192.0.2.3") as http:
        tried = [await http.post("/office/sessions", json={}) for _ in range(11)]
    assert [answer.status_code for answer in tried] == [422] * 10 + [429]
    async with through(place.near, place.far, address="192.0.2.4") as http:
        tried = [await http.post("/office/sessions", json=guess("ghost")) for _ in range(LOCK_AFTER + 2)]
    assert [answer.status_code for answer in tried] == [401] * LOCK_AFTER + [429] * 2


def guess(username: str) -> dict[str, str]:
    return {"username": username, "password": "a guess, and a long one"}


def signed(tablet: Session, method: str, path: str) -> dict[str, str]:
    """The headers of one request with a proof of its own."""
    device, nonce = tablet.device, tablet._auth.nonce
    made = proof(device.key, method=method, url=f"{ADDRESS}{path}", token=device.token, nonce=nonce, jti=path, iat=0)
    return {"Authorization": f"DPoP {device.token}", "DPoP": made}


def at(offset: int) -> dict[str, str]:
    return {**CHUNK, "Upload-Offset": str(offset)}


async def hang(http: httpx.AsyncClient, tablet: Session, where: str, offset: int, some: bytes) -> None:
    """Send some of a piece and then nothing more."""

    async def body() -> AsyncIterator[bytes]:
        yield some
        await asyncio.Event().wait()

    headers = at(offset) | signed(tablet, "PATCH", where) | {"Content-Length": str(PIECE)}
    await http.patch(where, content=body(), headers=headers)


async def until(done: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if done():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to that")


def is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
