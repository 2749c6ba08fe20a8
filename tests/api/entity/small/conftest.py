"""The pages of a door alone, on a small world of rows: a visit that both inspectors and the party signed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State

from api.app import process_for
from api.entity.router import entity_router
from api.observe import ObservedApp
from api.requests import StrictRequest, model_plugins
from inspection.door.give import Door, give_door
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
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
def clock(world: World) -> FixedClock:
    return FixedClock(world.now)


@pytest.fixture
def app(clock: FixedClock, tmp_path: Path) -> Litestar:
    app = entity_only()
    process = process_for(Settings(data_dir=tmp_path), clock, SeededEntropy("server"))
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
