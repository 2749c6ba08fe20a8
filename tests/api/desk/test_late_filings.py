"""Visits that nobody assigned, at the desk: filed with their tasks, or said to be none."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from api.worker import make_worker
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown
from tests.api.late_scene import AD_HOC, Scene, going
from tests.api.line import ComeTo
from tests.conftest import MakeCommand

PLACE = "/desk/late-filings"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": False})


@pytest.fixture
async def scene(
    app: Litestar,
    come_to: ComeTo,
    client: httpx.AsyncClient,
    office: Office,
    make_cmd: MakeCommand,
    clock: FixedClock,
) -> AsyncIterator[Scene]:
    async with going(come_to, client, office, make_cmd) as made:
        await made.went()
        await make_worker(clock, SeededEntropy("worker")).drain()
        yield made


async def test_a_visit_without_a_code_is_filed_with_its_task(scene: Scene, sit_down: SitDown) -> None:
    head = await sit_down(Role.SECTION_HEAD)
    wanted = ("reason", "basis", "source", "scheme", "approve_by")
    told = {name: str(fact) for name, fact in scene.filing().items() if name in wanted}
    bare = await head.fill(PLACE, f"/{AD_HOC}", **told)
    assert (bare.status_code, told["basis"] in bare.text) == (422, True)
    shown = await head.takes(PLACE, f"/{AD_HOC}", **told, **{"items[]": [scene.item]})
    assert [one for one in shown.all("form") if str(AD_HOC) in str(one.get("action"))] == []
    (filed,) = await scene.walk.get(Role.APPROVER, "/office/late-filings?ended=true")
    assert (filed["state"], len(filed["tasks"])) == ("filed", 1)
    ended = await head.read(f"{PLACE}?show=all")
    assert f"/desk/tasks/{filed['tasks'][0]}" in {one.get("href") for one in ended.all("a")}


async def test_that_there_was_no_visit_is_said_with_a_reason(scene: Scene, sit_down: SitDown) -> None:
    head = await sit_down(Role.SECTION_HEAD)
    silent = await head.fill(PLACE, "/dismissal", reason="")
    assert silent.status_code == 422
    await head.takes(PLACE, "/dismissal", reason="培训时误开")
    assert "培训时误开" in (await head.read(f"{PLACE}?show=all")).text
    assert await scene.walk.get(Role.SECTION_HEAD, "/office/late-filings/due") == []
