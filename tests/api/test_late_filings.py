"""A visit without a code over HTTP: the tablet brings it, the section files it, then tablet and party have it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from api.worker import make_worker
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from mobile_contract.client import ProblemError
from mobile_contract.client.state import Custody
from tests.api.conftest import Office
from tests.api.late_scene import AD_HOC, Scene, going
from tests.api.line import ComeTo
from tests.conftest import MakeCommand

PATH = f"/office/late-filings/{AD_HOC}"


@pytest.fixture
def settings(database_url: str, tmp_path: Any) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def scene(
    come_to: ComeTo, client: httpx.AsyncClient, office: Office, make_cmd: MakeCommand
) -> AsyncIterator[Scene]:
    async with going(come_to, client, office, make_cmd) as made:
        yield made


async def test_a_visit_without_a_code_is_brought_filed_and_delivered(
    scene: Scene, app: Litestar, clock: FixedClock, client: httpx.AsyncClient
) -> None:
    walk, (one, other) = scene.walk, scene.tablets
    await scene.went()
    with pytest.raises(ProblemError) as early:
        await one.fetch_credentials(AD_HOC)
    assert early.value.code == "visit-unknown"
    assert "执法证件" in str(early.value.document)
    await make_worker(clock, SeededEntropy("worker")).drain()
    (due,) = await walk.get(Role.SUPERVISOR, "/office/late-filings/due")
    assert (due["visit"], due["due_on"], due["late"]) == (str(AD_HOC), "2026-03-05", False)
    (shown,) = await walk.get(Role.SECTION_HEAD, "/office/late-filings")
    assert (shown["state"], shown["entries"], shown["objects"]) == ("open", 4, [scene.shop])
    filed = await walk.post(Role.SECTION_HEAD, PATH, scene.filing())
    assert (filed["opened"], filed["late"], len(filed["tasks"])) == (True, False, 1)
    assert await walk.get(Role.SECTION_HEAD, "/office/late-filings") == []
    (shown,) = await walk.get(Role.APPROVER, "/office/late-filings?ended=true")
    assert (shown["state"], shown["tasks"]) == ("filed", filed["tasks"])
    for tablet in (one, other):
        await tablet.pull()
        assert tablet.device.visits()[AD_HOC].object.code == scene.code
    told = await one.fetch_credentials(AD_HOC)
    assert told.door is not None
    opened = await client.post(httpx.URL(told.door.address).path, data={"code": told.code})
    assert opened.cookies


async def test_what_is_not_to_be_filed_is_refused_with_the_way_out(scene: Scene, clock: FixedClock) -> None:
    walk = scene.walk
    answer = await walk.ask(Role.SECTION_HEAD, "POST", PATH, json=scene.filing())
    assert (answer.status_code, answer.json()["code"]) == (404, "filing-unknown")
    await scene.went()
    await make_worker(clock, SeededEntropy("worker")).drain()
    answer = await walk.ask(Role.SECTION_HEAD, "POST", PATH, json=scene.filing(object="NO-SUCH"))
    assert (answer.status_code, answer.json()["code"]) == (404, "object-unknown")
    answer = await walk.ask(Role.LEADER, "POST", PATH, json=scene.filing())
    assert answer.status_code == 403
    answer = await walk.ask(Role.SECTION_HEAD, "POST", f"{PATH}/dismissal", json={"reason": ""})
    assert answer.status_code == 422
    dismissed = await walk.post(Role.SECTION_HEAD, f"{PATH}/dismissal", {"reason": "培训时误开"})
    assert dismissed == {"visit": str(AD_HOC), "reason": "培训时误开"}
    assert await walk.get(Role.SECTION_HEAD, "/office/late-filings/due") == []
    assert len(scene.tablets[0].device.store.entries(Custody.SERVER)) == 2
