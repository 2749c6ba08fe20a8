"""At the door, as its party goes through it on a phone: scan, verify, read, acknowledge, object; also offline."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, ViewportSize, expect

from tests.browser.household import Household, household
from tests.browser.party import Party
from tests.browser.reader import Reader
from tests.browser.test_credential import settled
from tests.conftest import NOW

pytestmark = pytest.mark.asyncio(loop_scope="package")
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest_asyncio.fixture(loop_scope="package", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> AsyncIterator[Household]:
    folder = tmp_path_factory.mktemp("household")
    shutil.copy(sqlite_template, folder / "fieldcheck.sqlite3")
    async with household(folder, f"sqlite:///{folder / 'fieldcheck.sqlite3'}") as found:
        yield found


@pytest_asyncio.fixture(loop_scope="package")
async def party(browser: Browser, house: Household, lang: str) -> AsyncIterator[Party]:
    """With a phone whose clock is right."""
    context = await browser.new_context(base_url=house.address, viewport=PHONE, has_touch=True, is_mobile=True)
    context.set_default_timeout(240_000)
    page = await context.new_page()
    await page.clock.set_fixed_time(NOW)
    yield Party(Reader(page, house.address), house, lang)
    await context.close()


@pytest.mark.parametrize("lang", ["zh_CN"])
async def test_the_party_checks_who_is_there_reads_acknowledges_and_objects(party: Party) -> None:
    await party.scan_the_tablet()
    await party.type_the_code_beside_the_credential()
    await party.see_who_is_there()
    await party.read_what_they_check()
    await party.read_the_notice()
    await party.acknowledge("王五")
    number = await party.object("王五", "照片 1.jpg")
    await party.read_the_receipt()
    await party.see_the_objection(number)


@pytest.mark.parametrize("lang", ["en"])
async def test_in_english_the_notices_own_code_leads_to_the_same_pages(party: Party) -> None:
    await party.scan_the_notice()
    await party.see_who_is_there()
    await party.read_what_they_check()
    await party.read_the_notice()
    number = await party.object("Wang Wu", "photo.jpg")
    await party.see_the_objection(number)


@pytest.mark.parametrize("lang", ["zh_CN"])
async def test_without_a_network_the_credential_is_checked_against_the_code_and_the_page_says_what_it_goes_by(
    party: Party,
) -> None:
    await party.scan_the_tablet()
    await settled(party.phone)
    await party.page.context.set_offline(True)
    await party.page.reload()
    await expect(party.page.get_by_role("status")).to_have_text(party.says("visits.credential_good"))
    for code, word in ((party.house.shown.code, "good"), ("0000-0000", "other-visit")):
        await party.fill("pages.credential_code", code)
        await party.press("pages.credential_check")
        await expect(party.page.get_by_role("status")).to_have_text(party.says(f"visits.credential_{word}"))
        said = party.page.get_by_text(party.says("pages.credential_offline"))
        await expect(said).to_have_count(1 if word == "good" else 0)
        assert await party.page.get_by_role("link", name=party.says("pages.credential_door")).is_hidden()
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        await party.page.goto(party.house.door)


async def test_without_scripts_all_of_a_door_is_read_at_phone_width_with_the_keyboard_alone(
    browser: Browser, house: Household
) -> None:
    context = await browser.new_context(base_url=house.address, viewport=PHONE, java_script_enabled=False)
    context.set_default_timeout(240_000)
    reader = Reader(await context.new_page(), house.address)
    await reader.goto(house.door)
    assert await reader.page.locator("#code:focus").count() == 1
    await reader.page.keyboard.type(house.shown.code)
    async with reader.page.expect_navigation():
        await reader.page.keyboard.press("Enter")
    for path in ("", "/check", "/notice", "/result", "/objections"):
        await reader.goto(house.door + path)
        assert await reader.page.get_by_role("heading", level=1).count() == 1
        assert await reader.page.locator("nav [aria-current=page]").count() == 1
        await reader.page.keyboard.press("Tab")
        assert await reader.page.locator(".skip:focus").count() == 1
    assert (reader.troubles, reader.foreign) == ([], [])
    await context.close()
