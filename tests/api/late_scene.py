"""Two inspectors who go somewhere without a code, and what is filed of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from inspection.kernel.entropy import SeededEntropy
from inspection.registry import find as registry
from inspection.registry.inspectors.dispatch import dispatchable, need_of
from inspection.registry.rules_in_force import rules_today
from mobile_contract.client import Device, DeviceStore, DeviceTime, Session, Surroundings
from sync.devices.invite import invite_device
from tests.api.conftest import Office
from tests.api.line import ComeTo, Walk
from tests.conftest import NOW, MakeCommand

AD_HOC = UUID("01990000-0000-7000-8000-0000000000ad")
TODAY = NOW.date()


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


@asynccontextmanager
async def going(
    come_to: ComeTo, client: httpx.AsyncClient, office: Office, make_cmd: MakeCommand
) -> AsyncIterator[Scene]:
    """The two with their tablets enrolled, before they go."""
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
