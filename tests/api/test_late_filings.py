"""A visit without a code over HTTP: the tablet brings it, the section files it, then tablet and party have it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.worker import make_worker
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from inspection.registry import find as registry
from inspection.registry.inspectors.dispatch import dispatchable, need_of
from inspection.registry.rules_in_force import rules_today
from mobile_contract.client import Device, DeviceStore, DeviceTime, ProblemError, Session, Surroundings
from mobile_contract.client.state import Custody
from sync.devices.invite import invite_device
from tests.api.conftest import Office
from tests.api.line import ComeTo, Walk
from tests.conftest import NOW, MakeCommand

AD_HOC = UUID("01990000-0000-7000-8000-0000000000ad")
PATH = f"/office/late-filings/{AD_HOC}"
TODAY = NOW.date()


@pytest.fixture
def settings(database_url: str, tmp_path: Any) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


class Scene:
    """Two inspectors with tablets, and a shop that they may inspect for an item."""

    def __init__(self, walk: Walk, tablets: list[Session], shop: str, code: str, item: str) -> None:
        self.walk, self.tablets = walk, tablets
        self.shop, self.code, self.item = shop, code, item

    def filing(self, **changes: Any) -> dict[str, Any]:
        facts = {
            "items": [self.item],
            "object": self.code,
            "reason": "现场无网络，未取得执法码",
            "basis": "重庆市人民政府令第375号第十八条",
            "source": "110-2026-0302",
            "scheme": "现场核查。",
            "approve_by": (TODAY + timedelta(days=7)).isoformat(),
        }
        return facts | changes

    async def went(self) -> None:
        for tablet in self.tablets:
            body = {"object": self.shop, "tasks": [], "reason": "群众报警"}
            tablet.device.capture("visit.open", body, visit=AD_HOC)
            tablet.device.capture("note.add", {"text": "到达"}, visit=AD_HOC)
            await tablet.push()


@pytest.fixture
async def scene(
    come_to: ComeTo, client: httpx.AsyncClient, office: Office, make_cmd: MakeCommand
) -> AsyncIterator[Scene]:
    walk = await come_to("fill_registers")
    cmd = make_cmd(authority=office.authority)
    rules = await rules_today(cmd, office.authority)
    item = next(one for one in await registry.published_items(office.authority) if one.code == "SW02")
    fit = [
        one.id
        for one in await registry.inspectors_of(office.authority)
        if dispatchable(one, (TODAY, TODAY), need_of(item))
    ]
    directory = registry.directory(office.authority, item.id, on=TODAY, rules=rules)
    listed = [row.object_id async for row in directory]
    tablets = []
    for number, person in enumerate(fit[:2]):
        code = (await invite_device(cmd, inspector_id=person, authority_id=office.authority)).code
        tablets.append(Session(_device(f"tablet {number}"), client))
        await tablets[-1].enrol(code, f"平板{number}")
    shop = await registry.object_facts(listed[0])
    yield Scene(walk, tablets, str(shop.id), shop.code, item.code)
    for tablet in tablets:
        tablet.device.store.close()


def _device(seed: str) -> Device:
    ticks = iter(range(1_000_000))
    wall = int(NOW.timestamp() * 1000)
    return Device(
        DeviceStore(), Surroundings(lambda: DeviceTime(wall + next(ticks), 0, "b"), SeededEntropy(seed).bytes)
    )


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
