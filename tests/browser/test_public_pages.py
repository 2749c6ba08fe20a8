"""The public pages before real eyes: on a desk and on a phone, in both languages, with and without scripts."""

from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.browser.reader import Open, Site
from tests.support.browsers import barriers

pytestmark = pytest.mark.asyncio(loop_scope="package")

NAMES = ("home", "results", "result", "draw", "items")
LISTS = ("penalties", "draws", "plans", "statistics", "lookup", "contact")
DESK, TABLET, PHONE = 1280, 820, 390
LANGUAGES = {"zh": "zh-CN", "en": "en"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES + LISTS)
async def test_a_page_is_whole_at_every_width_and_asks_nobody_else(
    open_tab: Open, site: Site, name: str, lang: str
) -> None:
    reader = await open_tab(site.path(name, lang), width=DESK)
    for width in (DESK, TABLET, PHONE):
        await reader.page.set_viewport_size({"width": width, "height": 900})
        assert await reader.overflow() <= 0, width
    assert reader.foreign == []
    assert reader.troubles == []
    assert await reader.page.locator("html").get_attribute("lang") == LANGUAGES[lang]
    assert await reader.page.locator("h1").count() == 1
    assert "pages." not in await reader.text()
    assert await reader.page.evaluate("document.styleSheets.length") == 1
    assert await barriers(reader.page) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "draw"])
async def test_a_page_says_the_same_without_scripts(open_tab: Open, site: Site, name: str) -> None:
    with_scripts = await open_tab(site.path(name))
    without = await open_tab(site.path(name), scripts=False)
    for width in (DESK, PHONE):
        for reader in (with_scripts, without):
            await reader.page.set_viewport_size({"width": width, "height": 900})
        assert await without.text() == await with_scripts.text(), width
    assert without.troubles == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_result_is_found_by_name(open_tab: Open, site: Site, lang: str, scripts: bool) -> None:
    wanted = site.results[-1]["document"]["entName"]
    reader = await open_tab(site.path("home", lang), scripts=scripts)
    await reader.page.get_by_role("searchbox").fill(wanted)
    await reader.page.keyboard.press("Enter")
    await reader.page.wait_for_url("**/results?*q=*")
    assert await reader.page.locator("ol.rows > li .name").all_inner_texts() == [wanted]
    assert await reader.page.locator("html").get_attribute("lang") == LANGUAGES[lang]
    assert await reader.page.get_by_role("searchbox").input_value() == wanted
    await reader.page.locator("ol.rows .name").click()
    assert wanted in await reader.page.locator("h1").inner_text()
    assert reader.troubles == []


async def test_a_result_is_found_by_a_part_of_the_code_in_either_case(open_tab: Open, site: Site) -> None:
    document = site.results[3]["document"]
    reader = await open_tab(site.path("results"))
    await reader.page.get_by_role("searchbox").fill(document["uniscId"][-9:].lower())
    await reader.page.locator("form.search button").click()
    await reader.page.wait_for_url("**/results?*q=*")
    assert document["entName"] in await reader.page.locator("ol.rows > li .name").all_inner_texts()


@pytest.mark.parametrize("asked", ["没有这家企业", "<script>alert(1)</script>", "%", '"'])
async def test_a_search_without_a_hit_says_so_and_shows_what_was_asked(open_tab: Open, site: Site, asked: str) -> None:
    reader = await open_tab(site.path("results", "en"))
    await reader.page.get_by_role("searchbox").fill(asked)
    await reader.page.keyboard.press("Enter")
    await reader.page.wait_for_url("**/results?*q=*")
    assert await reader.page.locator("ol.rows").count() == 0
    assert asked in await reader.page.get_by_role("status").inner_text()
    assert reader.troubles == []


async def test_the_list_is_read_to_its_end_page_by_page(open_tab: Open, site: Site) -> None:
    reader = await open_tab(site.path("results"), width=PHONE)
    seen: list[str] = []
    while True:
        addresses = await reader.page.locator("ol.rows .name").evaluate_all("all => all.map(a => a.pathname)")
        seen += [address.rsplit("/", 1)[1] for address in addresses]
        older = reader.page.locator("a[rel=next]")
        if not await older.count():
            break
        await reader.goto(str(await older.get_attribute("href")))
    assert seen == [result["number"] for result in site.results]
    assert len(seen) > 20


@pytest.mark.parametrize("name", NAMES)
async def test_the_other_language_is_one_click_away_and_stays(open_tab: Open, site: Site, name: str) -> None:
    reader = await open_tab(site.path(name))
    await reader.page.get_by_role("link", name="English").click()
    await reader.page.wait_for_url(f"**{site.path(name, 'en')}")
    assert await reader.page.locator("html").get_attribute("lang") == "en"
    await reader.page.get_by_role("navigation").first.get_by_role("link").nth(1).click()
    await reader.page.wait_for_url("**/results?lang=en")
    await reader.page.get_by_role("link", name="中文").click()
    await reader.page.wait_for_url("**/results")
    assert await reader.page.locator("html").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", NAMES)
async def test_the_keyboard_reaches_everything_and_one_sees_where_it_is(
    open_tab: Open, site: Site, name: str, width: int
) -> None:
    reader = await open_tab(site.path(name), width=width)
    reachable = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']"
    wanted = await reader.page.locator(reachable).filter(visible=True).count()
    seen = 0
    while True:
        await reader.page.keyboard.press("Tab")
        focus = await reader.focus()
        if focus["tag"] == "BODY":
            break
        assert focus["outline"] >= 2, focus
        assert focus["width"] > 0, focus
        assert focus["height"] > 0, focus
        assert focus["right"] > 0, focus
        assert focus["left"] < width, focus
        seen += 1
        assert seen <= wanted
    assert seen == wanted


async def test_the_first_key_leads_past_the_navigation(open_tab: Open, site: Site) -> None:
    reader = await open_tab(site.path("home"))
    await reader.page.keyboard.press("Tab")
    assert await reader.page.locator("a.skip").evaluate("a => a.getBoundingClientRect().left >= 0")
    await reader.page.keyboard.press("Enter")
    assert (await reader.focus())["id"] == "main"
    await reader.page.keyboard.press("Tab")
    assert (await reader.focus())["tag"] == "INPUT"


async def test_an_address_that_leads_nowhere_is_a_page_with_a_way_back(open_tab: Open) -> None:
    reader = await open_tab("/results/no-such-number?lang=en", width=PHONE)
    assert reader.foreign == []
    assert await reader.overflow() <= 0
    await reader.page.locator("main a.button").click()
    await reader.page.wait_for_url("**/results?lang=en")


async def test_every_link_of_every_page_leads_somewhere(open_tab: Open, site: Site) -> None:
    found: set[str] = set()
    for name in NAMES + LISTS:
        for lang in LANGUAGES:
            reader = await open_tab(site.path(name, lang))
            hrefs = await reader.page.locator("a[href]").evaluate_all("all => all.map(a => a.href)")
            found |= {urljoin(site.address, href).split("#")[0] for href in hrefs}
    assert {urlsplit(address).netloc for address in found} == {urlsplit(site.address).netloc}
    async with httpx.AsyncClient(trust_env=False) as http:
        broken = [address for address in sorted(found) if (await http.get(address)).status_code != 200]
    assert broken == []
