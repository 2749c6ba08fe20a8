"""A request that the database refuses because of a neighbour is begun anew: as a whole, once for everybody else, and
only while nothing of it is kept.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx
import pytest
from asyncpg.exceptions import DeadlockDetectedError
from litestar import Litestar, get, post
from litestar.params import FromPath, JSONBody

from api.commands import AnyRequest
from api.openapi import operations
from api.permits import Action
from api.proving import for_devices
from api.repeats import begins_anew
from api.throttle import BUDGETS, RateClass
from inspection.authority import store
from inspection.authority.tables import Unit
from inspection.kernel.command import Role
from inspection.kernel.commits import no_way_back
from inspection.kernel.database import Engine, current_engine
from inspection.kernel.journal import read
from inspection.kernel.signals import Counted, Stretch, listening
from inspection.kernel.sqlite import KeptSQLiteEngine
from inspection.kernel.unit_of_work import ATTEMPTS, in_unit, in_unit_at_once, unit_of_work
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown
from tests.api.repeats.conftest import Lines
from tests.support.routes import routes

OPEN = {"action": Action.PUBLIC_READ}
LARGE = b"x" * (3 * 1024 * 1024)
"""More than a form keeps in memory."""

told: list[Any] = []
"""What each beginning of a handler was told or did."""
refused: list[int] = []
"""How often a handler is still to be refused."""


def refuse() -> None:
    if refused[0]:
        refused[0] -= 1
        raise DeadlockDetectedError("deadlock detected")


@pytest.fixture(autouse=True)
def once_refused() -> None:
    told.clear()
    refused[:] = [1]


async def rename(name: str) -> None:
    await Unit.update({Unit.name: name}, force=True)


async def in_a_unit() -> None:
    async with unit_of_work():
        await rename("kept")


async def in_a_unit_at_once() -> None:
    await in_unit_at_once(rename, "kept")


async def by_itself() -> None:
    await rename("kept")


async def by_a_table_that_is_named() -> None:
    await Unit.raw("WITH one AS (SELECT id FROM unit) UPDATE unit SET name = 'kept' WHERE id IN (SELECT id FROM one)")


async def by_telling() -> None:
    no_way_back()


async def undone() -> None:
    try:
        async with unit_of_work():
            await rename("undone")
            raise ZeroDivisionError
    except ZeroDivisionError:
        return


async def by_reading() -> None:
    await Unit.raw("WITH one AS (SELECT id FROM unit) SELECT id FROM one")
    await store.units((await Unit.select(Unit.authority).first())["authority"])


EARLIER: dict[str, Callable[[], Awaitable[None]]] = {
    one.__name__: one
    for one in (in_a_unit, in_a_unit_at_once, by_itself, by_a_table_that_is_named, by_telling, undone, by_reading)
}


@post("/test/after/{earlier:str}", opt=OPEN, status_code=200)
async def after(request: AnyRequest, earlier: FromPath[str]) -> None:
    told.append(request.scope["state"].get("typed"))
    request.scope["state"]["typed"] = "something wrong"
    await EARLIER[earlier]()
    async with unit_of_work():
        await rename("second")
        refuse()


@post("/test/json", opt=OPEN, status_code=200)
async def with_json(request: AnyRequest, data: JSONBody[dict[str, Any]]) -> None:
    told.append((data, await request.json()))
    refuse()


@post("/test/form", opt=OPEN, status_code=200, request_max_body_size=2 * len(LARGE))
async def with_form(request: AnyRequest) -> None:
    form = await request.form()
    file = form.get("file")
    told.append((form["name"], await file.read() if file else None))
    refuse()


@post("/test/pieces", opt=OPEN, status_code=200, request_max_body_size=2 * len(LARGE))
async def in_pieces(request: AnyRequest) -> None:
    told.append(sum([len(piece) async for piece in request.stream()]))
    refuse()


@post("/test/closed", opt=OPEN, status_code=200)
async def closed(request: AnyRequest) -> None:
    file = (await request.form())["file"]
    told.append(await file.read())
    await file.close()
    refuse()


@get("/test/budget", opt={**OPEN, "rate": RateClass.DOOR})
async def of_a_budget(request: AnyRequest) -> str:
    told.append("asked")
    refuse()
    return "answered"


@get("/test/own", opt=OPEN)
async def repeats_itself(request: AnyRequest) -> None:
    async def work() -> None:
        told.append("worked")
        refuse()

    await in_unit(work)


@get("/test/long", opt=OPEN)
async def takes_long(request: AnyRequest) -> None:
    told.append("asked")
    refuse()


@pytest.fixture
def routed() -> Litestar:
    """An application that knows this module's own routes too."""
    return routes(after, with_json, with_form, in_pieces, closed, of_a_budget, repeats_itself, takes_long)


class Heard:
    """Counts repeats, and does something whenever a unit of work has ended."""

    def __init__(self, ended: Callable[[], object] = lambda: None) -> None:
        self.repeats = 0.0
        self._ended = ended

    def counted(self, what: Counted, kind: str, amount: float) -> None:  # noqa: ARG002
        self.repeats += amount if what is Counted.REPEAT else 0

    def watching(self, what: Stretch, kind: str) -> AbstractContextManager[object]:  # noqa: ARG002
        return self._around() if what is Stretch.UNIT else self._around(lambda: None)

    @contextmanager
    def _around(self, ended: Callable[[], object] | None = None) -> Iterator[None]:
        try:
            yield
        finally:
            (ended or self._ended)()


def busy(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.headers.get("retry-after")) == (503, "1")


async def names() -> set[str]:
    return {row["name"] for row in await Unit.select(Unit.name)}


async def test_a_request_that_was_refused_is_begun_anew_and_is_one_request_to_everybody_else(
    client: httpx.AsyncClient, office: Office, lines: Lines
) -> None:
    assert office.unit
    heard = Heard()
    with listening(heard):
        answer = await client.post("/test/after/by_reading", headers={"X-Request-Id": "request-0001"})
    assert answer.status_code == 200, answer.text
    assert await names() == {"second"}
    # What the first beginning left in the state of the request is not there at the second.
    assert told == [None, None]
    assert [(line["status"], line["repeats"], line["request_id"]) for line in lines()] == [(200, 1, "request-0001")]
    assert heard.repeats == 1


async def test_a_unit_that_was_undone_keeps_nobody_from_beginning_anew(
    client: httpx.AsyncClient, office: Office
) -> None:
    assert office.unit
    assert (await client.post("/test/after/undone")).status_code == 200
    assert len(told) == 2


@pytest.mark.parametrize(
    "earlier", ["in_a_unit", "in_a_unit_at_once", "by_itself", "by_a_table_that_is_named", "by_telling"]
)
async def test_what_is_kept_already_is_not_done_again(
    client: httpx.AsyncClient, office: Office, earlier: str, lines: Lines
) -> None:
    assert office.unit
    answer = await client.post(f"/test/after/{earlier}")
    assert busy(answer), answer.text
    assert len(told) == 1
    assert await names() == ({"kept"} if earlier != "by_telling" else {"first section"})
    assert [(line["status"], line["repeats"]) for line in lines()] == [(503, 0)]
    # Nor does it hold back who comes next.
    assert (await client.post(f"/test/after/{earlier}")).status_code == 200


async def test_whoever_is_refused_again_and_again_is_told_to_come_back(
    client: httpx.AsyncClient, office: Office, lines: Lines
) -> None:
    assert office.unit
    refused[:] = [100]
    assert busy(await client.post("/test/after/by_reading"))
    assert len(told) == ATTEMPTS
    assert [(line["status"], line["repeats"]) for line in lines()] == [(503, ATTEMPTS - 1)]
    assert await names() == {"first section"}


async def test_what_repeats_itself_is_not_repeated_around_that(client: httpx.AsyncClient) -> None:
    refused[:] = [100]
    assert busy(await client.get("/test/own"))
    assert len(told) == ATTEMPTS


async def test_nobody_is_kept_waiting_for_what_takes_long(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspection.kernel.unit_of_work.PATIENCE_S", 0.0)
    assert busy(await client.get("/test/long"))
    assert told == ["asked"]


async def test_a_body_arrives_whole_each_time(client: httpx.AsyncClient) -> None:
    refused[:] = [2]
    sent = {"name": "张三", "many": list(range(1000))}
    assert (await client.post("/test/json", json=sent)).status_code == 200
    assert told == [(sent, sent)] * 3


async def test_a_form_arrives_whole_each_time(client: httpx.AsyncClient) -> None:
    assert (await client.post("/test/form", data={"name": "张三"})).status_code == 200
    assert told == [("张三", None)] * 2


@pytest.mark.parametrize("size", [5, len(LARGE)], ids=["in memory", "on the disk"])
async def test_the_files_of_a_form_arrive_whole_each_time(client: httpx.AsyncClient, size: int) -> None:
    files = {"file": ("one.bin", LARGE[:size], "application/octet-stream")}
    assert (await client.post("/test/form", data={"name": "张三"}, files=files)).status_code == 200
    assert told == [("张三", LARGE[:size])] * 2


async def test_a_body_that_went_by_in_pieces_is_not_read_twice(client: httpx.AsyncClient) -> None:
    assert busy(await client.post("/test/pieces", content=LARGE))
    assert told == [len(LARGE)]


async def test_a_file_that_was_closed_is_not_read_twice(client: httpx.AsyncClient) -> None:
    assert busy(await client.post("/test/closed", files={"file": ("one.bin", b"bytes")}))
    assert told == [b"bytes"]


async def test_a_repeat_draws_on_no_budget(client: httpx.AsyncClient) -> None:
    burst = BUDGETS[RateClass.DOOR].caller.burst
    codes = []
    for _ in range(burst):
        refused[:] = [1]
        codes.append((await client.get("/test/budget")).status_code)
    assert codes == [200] * burst
    assert len(told) == 2 * burst
    assert (await client.get("/test/budget")).status_code == 429


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_form_of_the_desk_waits_for_another_programme_to_let_go_of_the_file(
    sit_down: SitDown, office: Office, lines: Lines
) -> None:
    engine: Engine = current_engine()
    assert isinstance(engine, KeptSQLiteEngine)
    seat = await sit_down(Role.ADMIN)
    await seat.read("/desk/admin/units")
    await engine.writer.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(engine.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with listening(Heard(ended=other.rollback)):
        to = await seat.done(f"/desk/admin/units/{office.unit}", {"name": "一科"})
    other.close()
    assert to == "/desk/admin/units?done=desk_admin.done_unit_renamed"
    assert [line["repeats"] for line in lines()] == [1]
    assert [line.kind for line in await read(f"authority:{office.authority}")].count("unit.renamed") == 1


def test_every_handler_but_a_devices_is_begun_anew_and_each_that_takes_something_can_tell_of_it() -> None:
    found = [(route.path, method, handler) for route, method, handler in operations(routes()) if method != "options"]
    waiting = [one for one in found if not one[2].has_sync_callable and one[2].fn.__class__.__name__ == "function"]
    assert len(waiting) > 300
    wrong = [(path, method) for path, method, one in waiting if begins_anew(one) is for_devices(one.opt)]
    assert wrong == []
    # By its request the body is brought back and the line of the log knows of it.
    silent = [
        (path, method)
        for path, method, one in waiting
        if method not in {"get", "head"} and "request" not in one.parsed_fn_signature.parameters
    ]
    assert silent == []
