"""Record and result at the door: nothing before the approval, and then without anybody's handwriting."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State

from api.app import process_for
from api.entity import papers
from api.entity.router import entity_router
from api.observe import ObservedApp
from api.requests import StrictRequest, model_plugins
from inspection.documents.blocks import Paper
from inspection.documents.of_record import record_view
from inspection.documents.papers import make_paper
from inspection.documents.views import PaperKind
from inspection.door.give import Door, give_door
from inspection.door.lasting import lasts_until
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from inspection.visits.reading import known_visit
from inspection.visits.review.approve import Choice, approve_visit
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.store import served_tasks
from tests.inspection.visits.world import World, build_world


@cache
def entity_only() -> Litestar:
    return ObservedApp([entity_router], request_class=StrictRequest, plugins=model_plugins(), openapi_config=None)


@pytest.fixture
async def world(db: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    return await build_world(monkeypatch)


@pytest.fixture
def app(world: World, tmp_path: Path) -> Litestar:
    app = entity_only()
    process = process_for(Settings(data_dir=tmp_path), FixedClock(world.now), SeededEntropy("server"))
    app.state = State({"process": process})
    return app


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        yield http


@pytest.fixture
async def door(world: World, app: Litestar, client: httpx.AsyncClient) -> Door:
    """Of a visit that both inspectors and the party signed; whoever asks has typed its code."""
    visit = await world.open_visit()
    await world.attested(visit, "no")
    door = await give_door(world.cmd(), visit_id=visit, keys=app.state.process.keys)
    assert (await client.post(door.path, data={"code": door.code})).status_code == 303
    return door


async def approve(world: World, visit: UUID) -> None:
    """With a day to put it right."""
    (task,) = await served_tasks([visit])
    choice = Choice(
        task.task,
        (OutcomeCode.RECTIFIED,),
        "当场责令改正",
        (FollowUp.ORDERED_TO_CORRECT,),
        local_day(world.now) + timedelta(days=7),
    )
    seen, leader = await world.seen(visit), world.cmd(Role.LEADER, world.people[0])
    await approve_visit(leader, visit_id=visit, seen=seen, choices=[choice])


async def test_nothing_of_a_record_that_is_signed_shows_before_it_is_approved(
    client: httpx.AsyncClient, door: Door
) -> None:
    page = await client.get(f"{door.path}/result")
    assert text("entity.not_formed", "zh_CN") in page.text
    assert text("entity.result", "zh_CN") + "</h2>" not in page.text
    for name in ("record", "result"):
        assert (await client.get(f"{door.path}/papers/{name}.pdf")).status_code == 404


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_an_approved_result_tells_item_problem_and_day_at_once_on_page_and_paper(
    world: World, client: httpx.AsyncClient, door: Door, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = {"lang": "en"} if lang == "en" else {}
    assert text("entity.not_formed", lang) in (await client.get(f"{door.path}/result", params=query)).text
    await approve(world, door.visit)
    page = (await client.get(f"{door.path}/result", params=query)).text
    (task,) = await served_tasks([door.visit])
    assert task.item_name in page
    assert text("publicity.result_rectified", lang) in page
    assert f"{door.path}/rectify" in page
    assert text("entity.todo_rectify", lang) in (await client.get(door.path, params=query)).text
    views: list[Any] = []

    def seen(kind: PaperKind, view: Any, lang: str) -> Paper:
        views.append(view)
        return make_paper(kind, view, lang)

    monkeypatch.setattr(papers, "make_paper", seen)
    for name in ("record", "result"):
        paper = await client.get(f"{door.path}/papers/{name}.pdf", params=query)
        assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
        assert paper.content.startswith(b"%PDF-1.7")
    record, result = views
    assert result.link.address.endswith(door.path)
    assert record.party_signed
    assert {one.drawing for one in (*record.party_signed, *record.officers)} == {None}
    office = await record_view(door.visit, lang=lang, draw=lambda _: "drawn", times={})
    assert {one.drawing for one in office.party_signed} == {"drawn"}


async def test_a_deadline_to_put_right_keeps_the_door_open(world: World, door: Door) -> None:
    visit = await known_visit(door.visit)
    before = await lasts_until(visit)
    assert before == visit.ends_on + timedelta(days=90)
    world.now += timedelta(days=150)
    await approve(world, door.visit)
    assert await lasts_until(visit) == max(before, local_day(world.now) + timedelta(days=37))
