"""A draw from its plan to the seal, clicked by three people in windows of their own, with the projector beside them."""

from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from inspection.kernel.command import Role
from tests.browser.desk import Desk, SitDown
from tests.browser.reader import Site
from tests.support.browsers import barriers
from tests.support.served import PATIENCE_S
from tests.support.world import ITEM, PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="package")

DICE = "20731 94058 61297 53048"
WINDOW = {"starts_on": "2026-03-09", "ends_on": "2026-05-29"}
PATIENCE_MS = PATIENCE_S * 1000
PROJECTOR = {"width": 1920, "height": 1080}


def approved_task(site: Site) -> str:
    """The number of a task that waits for its draw."""
    with httpx.Client(base_url=site.address, trust_env=False) as client:

        def asked(role: Role, method: str, path: str, body: Any = None) -> Any:
            who = {"username": site.people[role], "password": PASSWORD}
            token = client.post("/office/sessions", json=who).json()["token"]
            answer = client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
            assert answer.is_success, answer.text
            return answer.json()

        (plan, *_) = asked(Role.PLANNER, "GET", "/office/plans")
        lines = asked(Role.PLANNER, "GET", f"/office/plans/{plan['id']}")["lines"]
        line = next(one for one in lines if one["item_code"] != ITEM)
        preset = {"plan_line": line["id"], "scheme": "对照检查要点表逐项检查。"} | WINDOW
        task = asked(Role.PLANNER, "POST", "/office/tasks", preset)
        asked(Role.SECTION_HEAD, "POST", f"/office/tasks/{task['id']}/review", {"approve": True})
        return str(task["number"])


async def planned(desk: Desk, number: str) -> str:
    """The path of the draw that the planner opens for a task."""
    await desk.open("desk.menu_draws")
    await desk.follow("desk_draw.plan")
    await desk.page.get_by_role("checkbox", name=number).check()
    await desk.press("desk_draw.go_on")
    await desk.fill("desk_draw.witnesses", "公证处 张某\n监察室 李某")
    await desk.press("desk_draw.plan_send")
    await desk.done("desk_draw.done_planned")
    await desk.press("desk_draw.check")
    await desk.done("desk_draw.done_checked")
    assert await barriers(desk.page) == []
    return desk.page.url.removeprefix(desk.reader.address).partition("?")[0]


async def throw(desk: Desk, path: str) -> None:
    await desk.goto(path)
    await desk.fill("desk_draw.dice", DICE)
    await desk.press("desk_draw.dice_send")
    await desk.done("desk_draw.done_contributed")


async def step(desk: Desk, number: int, key: str) -> None:
    """The projector shows this step, readable and without barriers."""
    await expect(desk.page.get_by_role("heading", level=1)).to_contain_text(desk.says(key), timeout=PATIENCE_MS)
    await expect(desk.page.locator("[aria-current=step]")).to_contain_text(str(number))
    assert await desk.reader.overflow() == 0


async def test_a_draw_is_held_before_witnesses_from_the_plan_to_the_seal(sit_down: SitDown, site: Site) -> None:
    number = approved_task(site)
    planner, head, supervisor = [await sit_down(role) for role in (Role.PLANNER, Role.SECTION_HEAD, Role.SUPERVISOR)]
    path = await planned(planner, number)
    await head.goto(path)
    await head.unfold("desk_draw.freeze")
    await head.press("desk_draw.freeze")
    await head.done("desk_draw.done_frozen")

    await planner.page.set_viewport_size(PROJECTOR)
    await planner.goto(f"{path}/stage?step=1")
    await step(planner, 1, "desk_draw.stage_1")
    assert await planner.page.locator(".hash span").count() == 16
    assert await planner.page.locator("svg[role=img]").count() == 1
    await planner.page.keyboard.press("ArrowRight")
    await step(planner, 2, "desk_draw.stage_2")
    await planner.page.keyboard.press("Space")
    await step(planner, 3, "desk_draw.stage_3")
    assert await barriers(planner.page) == []

    # What comes in at other desks appears on the projector by itself.
    await throw(head, path)
    await throw(supervisor, path)
    await expect(planner.page.locator(".dice span")).to_have_count(20, timeout=PATIENCE_MS)
    await planner.page.keyboard.press("ArrowRight")
    await planner.press("desk_draw.execute")
    await expect(planner.page.locator(".lots li").first).to_be_visible(timeout=PATIENCE_MS)
    await planner.page.get_by_role("button", name=planner.says("desk_draw.replay")).click()
    await expect(planner.page.locator(".replayed")).to_contain_text(planner.says("desk_draw.replaying").strip())
    assert await barriers(planner.page) == []
    await planner.page.keyboard.press("ArrowRight")
    await planner.press("desk_draw.match")
    await step(planner, 5, "desk_draw.stage_5")
    await planner.page.keyboard.press("ArrowRight")
    await step(planner, 6, "desk_draw.stage_6")

    await head.goto(path)
    await head.unfold("desk_draw.seal")
    await head.press("desk_draw.seal")
    await head.done("desk_draw.done_sealed")
    sealed = planner.says("desk_draw.stage_sealed_text")
    await expect(planner.page.locator(".under-seal")).to_contain_text(sealed, timeout=PATIENCE_MS)
    assert await barriers(head.page) == []
    assert [desk.reader.troubles + desk.reader.foreign for desk in (planner, head, supervisor)] == [[], [], []]
