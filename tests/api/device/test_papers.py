"""The papers that a tablet fetches at the door: for the team of the visit, as PDF, and without changing anything."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from inspection.kernel.journal import read as read_journal
from mobile_contract.client import Session
from tests.api.device.test_credentials import SPOKEN, leave, tablet
from tests.support.tablets import auth_of
from tests.sync.world import World, build_world


@pytest.fixture
async def world(app: Litestar) -> World:
    """A visit that is open to two inspectors."""
    world = await build_world("papers")
    world.keys, world.now = app.state.process.keys, app.state.process.clock.now()
    return world


@pytest.fixture
async def own(world: World, client: httpx.AsyncClient) -> AsyncIterator[Session]:
    async with tablet(world, client) as session:
        yield session


def papers(world: World) -> str:
    return f"/v1/visits/{world.visit}/papers"


async def test_notice_and_record_come_as_pdf_in_both_languages_and_give_no_number(
    world: World, client: httpx.AsyncClient, own: Session
) -> None:
    asked = {"auth": auth_of(own), "headers": SPOKEN}
    seen = set()
    for kind in ("notice", "record"):
        for lang in ("zh", "en"):
            answer = await client.get(f"{papers(world)}/{kind}", params={"lang": lang}, **asked)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
            assert answer.content.startswith(b"%PDF-1.7")
            assert answer.headers["cache-control"] == "no-store"
            seen.add(answer.content)
    assert len(seen) == 4
    again = await client.get(f"{papers(world)}/notice", **asked)
    assert again.content in seen
    kinds = {line.kind for line in await read_journal(f"visit:{world.visit}")}
    assert "notice.numbers_reserved" not in kinds


async def test_other_papers_and_other_languages_are_refused(
    world: World, client: httpx.AsyncClient, own: Session
) -> None:
    asked = {"auth": auth_of(own), "headers": SPOKEN}
    for path in ("approval", "result", "notice?lang=fr"):
        answer = await client.get(f"{papers(world)}/{path}", **asked)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), path


async def test_only_tablets_of_the_team_get_a_paper_and_an_old_app_is_told_to_be_updated(
    world: World, client: httpx.AsyncClient, own: Session
) -> None:
    old = await client.get(f"{papers(world)}/notice", auth=auth_of(own))
    assert (old.status_code, old.json()["code"]) == (426, "client-too-old")
    await leave(world, world.inspectors[0])
    answer = await client.get(f"{papers(world)}/notice", auth=auth_of(own), headers=SPOKEN)
    assert (answer.status_code, answer.json()["code"]) == (404, "visit-unknown")
    assert (await client.get(f"{papers(world)}/notice", headers=SPOKEN)).status_code == 401
