"""A leader's and an approver's day: a record reviewed by keyboard, sent back, approved; published as previewed."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from api.schema import all_tables
from inspection.authority.found import open_account
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.journal import uninstall_projections
from inspection.planning.plan_rules import PlanState
from inspection.planning.tables import AnnualPlan
from media.blobs import store_bytes
from media.derive import look_at_blob, record_look
from media.vault import open_vault
from tests.browser.desk import WATCH, Desk, SitDown
from tests.browser.reader import Reader, Site
from tests.inspection.visits.world import World, build_world
from tests.media.pictures import jpeg
from tests.support.browsers import barriers
from tests.support.served import PATIENCE_S, Server
from tests.support.server_key import put_server_key
from tests.support.world import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="package")

PEOPLE = {Role.LEADER: "zhang", Role.APPROVER: "li", Role.LEGAL: "wu"}
VISIT = "visit.txt"


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """An office with one visit that both inspectors have submitted, with a photo; on a server of its own."""
    folder = tmp_path_factory.mktemp("submitted") / "data"
    put_server_key(folder)
    shutil.copy(sqlite_template, folder / "fieldcheck.sqlite3")
    asyncio.run(_laid_out(folder))
    uninstall_projections()
    server = Server(folder, folder / "server.log")
    server.start()
    yield Site(server.address, folder, PEOPLE)
    server.stop()


async def _laid_out(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        engine = open_engine(f"sqlite:///{folder / 'fieldcheck.sqlite3'}")
        async with running(engine, all_tables()), open_vault(folder / "media"):
            world = await build_world(patch)
            await AnnualPlan.update(state=PlanState.FILED.value, approved_at=world.now, force=True)
            await seed_calendar(world.cmd())
            for role, username in PEOPLE.items():
                who = world.people[0] if role is Role.LEADER else None
                await open_account(
                    world.cmd(),
                    authority=world.authority,
                    unit=None,
                    username=username,
                    name=username,
                    role=role,
                    password=PASSWORD,
                    inspector=who,
                )
            visit = await world.open_visit()
            await _recorded(world, visit)
            (folder / VISIT).write_text(str(visit))


async def _recorded(world: World, visit: UUID) -> None:
    """As `World.attested`, with a photo of a point."""
    digest = await store_bytes(world.cmd(), jpeg(400, 300), "image/jpeg")
    look = await look_at_blob(digest)
    assert look is not None
    await record_look(world.cmd(), digest=digest, look=look)
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    for one in (a, b):
        for code in ("f1", "f2"):
            one.answer(code, "yes")
    a.answer("f3", "not_applicable")
    a.photo(digest, "f2")
    a.sign(*a.entries)
    a.submit()
    b.submit()
    await world.push(*a.entries, *b.entries)


@pytest_asyncio.fixture(loop_scope="package")
async def sit_down(browser: Browser, submitted: Site) -> AsyncIterator[SitDown]:
    """Signs somebody in at that desk."""
    contexts = []

    async def sit(role: Role) -> Desk:
        context = await browser.new_context(base_url=submitted.address, viewport={"width": 1440, "height": 900})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_S * 1000)
        await context.add_init_script(WATCH)
        desk = Desk(Reader(await context.new_page(), submitted.address), role)
        await desk.sign_in(submitted.people[role])
        return desk

    yield sit
    for context in contexts:
        await context.close()


async def test_a_record_is_reviewed_by_keyboard_and_goes_out_as_it_was_shown(
    sit_down: SitDown, submitted: Site
) -> None:
    path = f"/desk/reviews/{(submitted.folder / VISIT).read_text()}"
    leader = await sit_down(Role.LEADER)
    await leader.goto(path)
    assert await barriers(leader.page) == []
    await _looks_at_a_picture(leader.page)
    await _sends_back(leader)
    await leader.goto(path)
    await _approves(leader)
    approver = await sit_down(Role.APPROVER)
    await _publishes(approver)
    for desk in (leader, approver):
        assert (desk.reader.troubles, desk.reader.foreign) == ([], [])
        assert await desk.page.evaluate("window.violations") == []


async def _looks_at_a_picture(page: Page) -> None:
    """j, j: the second point; z: its photo, large; Escape: back at the point."""
    await page.keyboard.press("j")
    await expect(page.locator("#point-f1")).to_be_focused()
    await page.keyboard.press("j")
    await expect(page.locator("#point-f2")).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("j")
    await expect(page.locator("#point-f2")).to_have_attribute("aria-current", "true")
    await page.keyboard.press("z")
    viewer = page.locator("#viewer")
    await expect(viewer).to_be_visible()
    await expect(viewer.locator(".about")).to_contain_text("SHA-256")
    await page.keyboard.press("+")
    await page.keyboard.press("+")
    await expect(viewer.locator(".stage")).to_have_class("stage two")
    assert await barriers(page) == []
    await page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_have_attribute("open", "")


async def _sends_back(leader: Desk) -> None:
    """What is to be corrected is written at its point; d leads to the decision."""
    page = leader.page
    point = page.locator("#point-f3")
    await point.locator("summary").get_by_text(leader.says("desk_review.to_correct")).click()
    await point.locator("textarea").fill("补拍灭火器")
    await page.locator("h1").click()
    await page.keyboard.press("d")
    await expect(page.locator("#return textarea")).to_be_focused()
    await page.keyboard.type("请补充照片")
    await leader.press("desk_review.send_back")
    await leader.done("desk_review.done_returned")
    await expect(leader.main.get_by_text("请补充照片").first).to_be_visible()


async def _approves(leader: Desk) -> None:
    await leader.press("desk_review.approve")
    await leader.done("desk_review.done_approved")


async def _publishes(approver: Desk) -> None:
    """What the page shows before is what the public reads after."""
    page = approver.page
    await approver.open("desk.menu_publications")
    await approver.main.get_by_role("link", name="第0商店").click()
    before = await approver.main.locator(".public-copy .facts").inner_text()
    assert await barriers(page) == []
    await approver.main.get_by_label(approver.says("desk_review.secrecy_reviewed")).check()
    await approver.press("desk_review.approve_publication")
    await approver.done("desk_review.done_publication_approved")
    await approver.open("desk.menu_publications")
    await approver.unfold("desk_review.publish_due")
    await approver.fill("desk_review.publish_through", "2027-12-31")
    await approver.press("desk_review.publish_due")
    await approver.done("desk_review.done_published")
    await approver.follow("desk_review.shelf_published")
    await approver.main.get_by_role("link", name="第0商店").click()
    number = await approver.main.locator("code").first.inner_text()
    await approver.follow("desk_review.public_page")
    after = await page.locator("main .facts").first.inner_text()
    assert after == before.replace(approver.says("desk_review.number_later"), number)


async def numbers(page: Page, row: int) -> list[str]:
    """What stands in a row of the table of boxes: left, top, width, height."""
    return [await page.locator(f'[name="boxes.{row}.{side}"]').input_value() for side in ("x", "y", "width", "height")]


async def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw on the picture, in parts of its width and height."""
    edge = await page.locator("[data-masking] svg").bounding_box()
    assert edge is not None
    for at, act in ((start, page.mouse.down), (end, page.mouse.up)):
        await page.mouse.move(edge["x"] + at[0] * edge["width"], edge["y"] + at[1] * edge["height"], steps=4)
        await act()


async def test_what_the_public_must_not_see_is_drawn_on_the_picture_or_typed(
    sit_down: SitDown, submitted: Site
) -> None:
    visit = (submitted.folder / VISIT).read_text()
    leader = await sit_down(Role.LEADER)
    page = leader.page
    await leader.goto(f"/desk/reviews/{visit}")
    to = await page.locator(f'a[href*="/desk/visits/{visit}/masking/"]').first.get_attribute("href")
    assert to is not None
    await leader.goto(to)
    for width, row in ((1440, 0), (390, 1)):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.locator("[data-masking]").scroll_into_view_if_needed()
        await drag(page, (0.75, 0.5), (0.25, 0.25))  # backwards: the corner does not matter
        left, top, wide, high = map(int, await numbers(page, row))
        assert max(abs(left - 100), abs(top - 75), abs(wide - 200), abs(high - 75)) <= 3, width
        assert await leader.reader.overflow() == 0
    assert await barriers(page) == []
    await page.get_by_role("button", name=leader.says("desk_review.clear_box", number=2)).click()
    assert await numbers(page, 1) == ["", "", "", ""]
    await expect(page.locator("[data-masking] rect")).to_have_count(1)
    await drag(page, (0.9, 0.9), (0.9, 0.9))  # pressed, not drawn
    assert await numbers(page, 1) == ["", "", "", ""]
    for n in range(6):
        await drag(page, (0.1 * n, 0.8), (0.1 * n + 0.05, 0.95))
    assert (await numbers(page, 6))[1] == (await numbers(page, 1))[1] != ""
    await page.locator('[name="boxes.6.height"]').fill("10")
    await expect(page.locator("[data-masking] rect").last).to_have_attribute("height", "10")
    await leader.fill("desk_review.mask_ground", "有人脸")
    await leader.press("desk_review.make_copy")
    await expect(page.locator(".pictures img")).to_have_count(1)
    assert "· 7" in await page.locator(".pictures p").inner_text()
    assert await page.evaluate("window.violations") == []
