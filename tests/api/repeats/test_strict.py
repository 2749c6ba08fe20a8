"""The office on a database that serialises by refusing: verbs that open their unit themselves end as they should have
if their neighbour had come first.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest

from inspection.authority import store
from inspection.kernel.command import Role
from inspection.kernel.journal import read
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown, well_made
from tests.api.repeats.conftest import Lines
from tests.conftest import MakeCommand

WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


@pytest.fixture
def database_url(postgres_dsn: str) -> str:
    """PostgreSQL as strict as CockroachDB is."""
    return f"{postgres_dsn}{'&' if '?' in postgres_dsn else '?'}default_transaction_isolation=serializable"


@pytest.fixture
async def office(found_office: Callable[[str], Awaitable[Office]]) -> Office:
    """Made anew: what other tests keep of theirs lies with another connection."""
    return await found_office("first")


@pytest.fixture
async def neighbour(postgres_dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(postgres_dsn)
    yield connection
    await connection.close()


async def until_it_waits(asked: "asyncio.Task[httpx.Response]", neighbour: Any) -> None:
    """The request has come to what its neighbour holds."""
    while not await neighbour.fetchval(WAITS):
        assert not asked.done(), asked.result().text


async def kinds(office: Office) -> list[str]:
    return [line.kind for line in await read(f"authority:{office.authority}")]


async def test_a_verb_of_the_office_that_was_overtaken_is_done_on_what_is_there_now(
    client: httpx.AsyncClient,
    office: Office,
    signed_in: Callable[[Role], Awaitable[dict[str, str]]],
    neighbour: Any,
    lines: Lines,
) -> None:
    headers, contact = await signed_in(Role.ADMIN), {"address": "世昌大道 1 号", "phone": "0631-1"}
    async with neighbour.transaction():
        await neighbour.execute("UPDATE authority SET phone = '0631-2' WHERE id = $1", office.authority)
        asked = asyncio.create_task(client.put("/office/authority/contact", json=contact, headers=headers))
        await until_it_waits(asked, neighbour)
    answer = await asked
    assert answer.status_code == 200, answer.text
    assert [(line["method"], line["status"], line["repeats"]) for line in lines()] == [("PUT", 200, 1)]
    lines = await read(f"authority:{office.authority}")
    (line,) = [one for one in lines if one.kind == "authority.contact_set"]
    # It tells what was replaced: of the first beginning this would not be so.
    assert line.payload["replaces"]["phone"] == "0631-2"
    assert line.payload["contact"]["address"] == contact["address"]


async def test_a_form_of_the_desk_that_was_overtaken_meets_what_its_neighbour_did(
    sit_down: SitDown, office: Office, neighbour: Any, lines: Lines, make_cmd: MakeCommand
) -> None:
    seat = await sit_down(Role.ADMIN)
    before = len(await kinds(office))
    async with neighbour.transaction(isolation="serializable"):
        # Another administrator looks whether the name is free, and takes it; then nobody can write to the journal.
        names = await neighbour.fetch("SELECT name FROM unit WHERE authority = $1", office.authority)
        assert "一科" not in [row["name"] for row in names]
        await neighbour.execute(
            "INSERT INTO unit (id, authority, name) VALUES ($1, $2, '一科')", make_cmd().new_id(), office.authority
        )
        stream = f"authority:{office.authority}"
        await neighbour.execute("SELECT FROM journal_head WHERE stream = $1 FOR UPDATE", stream)
        asked = asyncio.create_task(seat.send(f"/desk/admin/units/{office.unit}", {"name": "一科"}))
        await until_it_waits(asked, neighbour)
    answer = await asked
    # Neither "come back in a second" nor a second unit of this name: the sentence that whoever comes later is told.
    assert answer.status_code == 409
    assert well_made(answer).all("input")
    assert 'value="一科"' in answer.text
    assert [(line["method"], line["status"], line["repeats"]) for line in lines()] == [("POST", 409, 1)]
    assert sorted(one.name for one in await store.units(office.authority)) == ["first section", "一科"]
    assert len(await kinds(office)) == before
