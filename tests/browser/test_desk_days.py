"""Days at the desk, each as its people live it: planner, section head, legal office, administrator, inspector."""

import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, expect

from inspection.kernel.command import Role
from inspection.registry.objects.synthetic import synthetic_register
from tests.browser.desk import Desk, SitDown
from tests.browser.reader import Site
from tests.support.world import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="package")

SCHEME = "对照检查要点表逐项检查，两人同行，当场告知。"
OWN = "nine quiet paper boats"
WINDOW = {"starts_on": "2026-03-09", "ends_on": "2026-05-29"}
NEW = 3


async def test_the_planners_morning_a_file_looked_at_then_imported_and_a_task_out_of_the_plan(
    sit_down: SitDown,
) -> None:
    desk = await sit_down(Role.PLANNER)
    await desk.is_at(desk.says("desk.home"))
    register = synthetic_register(NEW, "a planner's morning")
    await desk.open("desk.menu_imports")
    file = {"name": "本月新增.csv", "mimeType": "text/csv", "buffer": register}
    await desk.labelled("desk_registry.file").set_input_files([file])  # type: ignore[list-item]
    await desk.press("desk_registry.try_import")
    await desk.is_at(desk.says("desk_registry.look"))
    code, name = register.decode("utf-8-sig").splitlines()[1].split(",")[:2]
    await expect(await found(desk, name)).to_have_count(0)
    await desk.open("desk.menu_imports")
    await desk.main.get_by_role("link", name="本月新增.csv").click()
    await desk.press("desk_registry.import_now", count=NEW)
    await desk.done("desk_registry.done_imported")
    await expect(await found(desk, code)).to_have_count(1)
    await desk.open("desk.menu_plans", "desk_planning.plans")
    await desk.main.get_by_role("table").get_by_role("link").first.click()
    await desk.main.get_by_role("link", name=desk.says("desk_planning.preset_from_line")).last.click()
    await desk.is_at(desk.says("desk_planning.new_task"))
    await desk.fill("desk_planning.scheme", SCHEME)
    for key, day in zip(("desk_planning.from", "desk_planning.until"), WINDOW.values(), strict=True):
        await desk.main.get_by_label(desk.says(key), exact=True).fill(day)
    await desk.press("desk_planning.preset")
    await desk.done("desk_planning.done_task_preset")


async def found(desk: Desk, asked: str) -> Locator:
    """The objects that the register shows for this name or code."""
    await desk.open("desk.menu_objects")
    await desk.page.get_by_role("searchbox").fill(asked)
    await desk.page.keyboard.press("Enter")
    await desk.page.wait_for_url("**/desk/objects?*q=*")
    return desk.main.get_by_role("link", name=asked).or_(desk.main.locator("code", has_text=asked))


async def test_the_section_heads_day_a_task_reviewed_and_a_tablet_given_out(sit_down: SitDown, site: Site) -> None:
    number = preset_task(site)
    desk = await sit_down(Role.SECTION_HEAD)
    await desk.open("desk.menu_tasks")
    row = desk.main.get_by_role("row").filter(has_text=number)
    await row.get_by_role("link").first.click()
    await desk.unfold("desk_planning.approve")
    await desk.fill("desk_planning.remark", "同意，注意错峰。")
    await desk.press("desk_planning.approve")
    await desk.done("desk_planning.done_task_approved")
    await desk.open("desk.menu_device_list", "desk_devices.devices")
    await desk.unfold("desk_devices.enrol")
    people = desk.labelled("desk_devices.inspector")
    await people.select_option(index=1)
    await desk.press("desk_devices.enrol")
    await desk.is_at(desk.says("desk_devices.code_title"))
    await expect(desk.main.get_by_role("img")).to_be_visible()
    assert re.fullmatch(r"[A-Z2-7 ]{16,}", (await desk.main.locator(".code-shown").inner_text()).strip())


def preset_task(site: Site) -> str:
    """The number of a task that waits for its review."""
    with httpx.Client(base_url=site.address, trust_env=False) as client:
        who = {"username": site.people[Role.PLANNER], "password": PASSWORD}
        client.headers["Authorization"] = f"Bearer {client.post('/office/sessions', json=who).json()['token']}"
        (plan, *_) = client.get("/office/plans").json()
        line = client.get(f"/office/plans/{plan['id']}").json()["lines"][-1]
        told: dict[str, Any] = {"plan_line": line["id"], "scheme": SCHEME, "name": "春季抽查"} | WINDOW
        answer = client.post("/office/tasks", json=told)
        assert answer.is_success, answer.text
        return str(answer.json()["number"])


async def test_the_legal_offices_day_an_objection_received_reviewed_decided_and_told(sit_down: SitDown) -> None:
    desk = await sit_down(Role.LEGAL)
    await desk.open("desk.menu_visit_list")
    await desk.choose("desk_review.state", label=desk.says("desk_review.state_approved"))
    await desk.page.wait_for_url("**/desk/visits?*state=approved*")
    await desk.main.get_by_role("table").get_by_role("link").first.click()
    await desk.follow("desk_review.tab_objections")
    await desk.fill("desk_review.party", "王五")
    await desk.fill("desk_review.contact", "0000-0000003")
    await desk.fill("desk_review.what_party_says", "检查记录与事实不符。")
    await desk.press("desk_review.receive")
    await desk.done("desk_review.done_received")
    await desk.unfold("desk_review.take")
    await desk.press("desk_review.take")
    await desk.fill("desk_review.facts_found", "照片与记录一致。")
    await desk.fill("desk_review.reasons", "程序合法，事实清楚。")
    await desk.press("desk_review.decide_objection")
    await desk.unfold("desk_review.note_told")
    await desk.press("desk_review.note_told")
    await expect(desk.main.get_by_text(desk.says("desk_review.party_told"))).to_be_visible()
    await desk.open("desk.menu_objections")
    await expect(desk.main.get_by_text("王五")).to_have_count(0)


async def test_the_administrators_day_an_account_whose_inspector_declares_an_interest_a_token_and_health(
    sit_down: SitDown,
) -> None:
    desk = await sit_down(Role.ADMIN)
    inspector = await unknown_inspector(desk)
    password = await opened_account(desk, inspector)
    await his_first_day(desk, password)
    await desk.open("desk.menu_administration")
    await desk.follow("desk_admin.tokens")
    await desk.fill("desk_admin.token_name", "市双随机监管平台")
    await desk.fill("desk_admin.token_account", "planner")
    await desk.main.get_by_role("checkbox").first.check()
    await desk.press("desk_admin.token_give")
    await desk.is_at(desk.says("desk_admin.once_token"))
    await desk.follow("desk_admin.once_noted")
    await expect(desk.main.get_by_role("row").filter(has_text="市双随机监管平台")).to_be_visible()
    await desk.goto("/desk/admin/health")
    await desk.is_at(desk.says("desk_admin.health"))
    await expect(
        desk.main.get_by_role("row").filter(has_text=desk.says("desk_admin.check_schema_good"))
    ).to_be_visible()


async def unknown_inspector(desk: Desk) -> str:
    """The number of an inspector who has no account."""
    await desk.open("desk.menu_inspectors")
    return await desk.main.get_by_role("row").last.locator("code").first.inner_text()


async def opened_account(desk: Desk, inspector: str) -> str:
    """The password of the account that the administrator opens for this inspector, shown once."""
    await desk.goto("/desk/admin/accounts/new")
    await desk.fill("desk.username", "newcomer")
    await desk.fill("desk_admin.person", "新人")
    await desk.choose("desk_admin.role", value=Role.INSPECTOR)
    await desk.fill("desk_admin.staff_no", inspector)
    await desk.press("desk_admin.account_new")
    await desk.is_at(desk.says("desk_admin.once_password"))
    password = await desk.main.locator(".secret").inner_text()
    await desk.follow("desk_admin.once_noted")
    return password


async def his_first_day(admin: Desk, password: str) -> None:
    """The inspector changes the password that others gave him, and declares whom he may not inspect."""
    browser = admin.page.context.browser
    assert browser is not None
    context = await browser.new_context(base_url=admin.reader.address, viewport={"width": 390, "height": 844})
    desk = Desk(type(admin.reader)(await context.new_page(), admin.reader.address), Role.INSPECTOR)
    await desk.goto("/desk/sign-in")
    await desk.fill("desk.username", "newcomer")
    await desk.fill("desk.password", password)
    await desk.press("desk.sign_in")
    await desk.is_at(desk.says("desk.password_change"))
    for key, told in (("current", password), ("new", OWN), ("again", OWN)):
        await desk.main.get_by_label(desk.says(f"desk.password_{key}"), exact=True).fill(told)
    await desk.press("desk.password_change")
    await desk.page.wait_for_url(re.compile("done="))
    await desk.goto("/desk/inspectors")
    await desk.main.get_by_role("link").filter(visible=True).last.click()
    await desk.fill("desk_registry.object_code", "91990001MA0000000X")
    await desk.press("desk_registry.declare")
    await desk.done("desk_registry.done_relation")
    assert await desk.page.get_by_role("link", name=desk.says("desk.menu_administration")).count() == 0
    await context.close()
