"""The public pages as a reader meets them."""

import hashlib
import re

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.pages.render import ASSETS, POLICY, SCRIPTED, shown
from tests.api.public.conftest import Press
from tests.inspection.publicity.world import World, insert
from tests.support.page import Page

HOSTILE = {
    "script": "<script>alert(1)</script>公司",
    "attribute": "\" onmouseover=\"alert(1)' x='",
    "closing": "</title></head></body>公司",
    "template": "{{ 7 * 7 }}{% raw %}公司",
    "right to left": "شركة النفط المحدودة",
    "direction override": "公司\u202egnp.exe",
    "emoji": "🏭👩‍🏭公司",
    "long": "长" * 200,
    "long word": "x" * 200,
    "ampersand": "A&B &lt;公司&gt;",
}


async def page_of(client: httpx.AsyncClient, address: str, status: int = 200) -> Page:
    answer = await client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert answer.headers["content-security-policy"] == (SCRIPTED if page.all("script") else POLICY)
    assert page.faults == []
    return page


async def test_the_first_page_says_what_this_is_and_shows_the_latest(client: httpx.AsyncClient, press: Press) -> None:
    _, number = await press.publish(object_name="某某石油有限公司")
    page = await page_of(client, "/")
    assert "随机抽取检查对象" in page.text
    assert "某某石油有限公司" in page.text
    assert "2026年3月30日公示" in page.text
    assert f"/results/{number}" in [link["href"] for link in page.all("a")]


async def test_pages_are_there_before_anything_is_published(client: httpx.AsyncClient, world: World) -> None:
    for address in ("/", "/results", "/items"):
        await page_of(client, address)
    assert "没有符合条件" in (await page_of(client, "/results")).text
    assert "清单尚未公布" in (await page_of(client, "/items")).text


async def test_a_result_page_tells_every_public_fact_and_how_to_check(client: httpx.AsyncClient, press: Press) -> None:
    visit, number = await press.publish(object_name="某某石油有限公司")
    page = await page_of(client, f"/results/{number}")
    for told in (
        *("某某石油有限公司", visit.object_code, "未发现问题", "某市商务局", "2026年3月2日", "不定向"),
        *("商抽查〔2026〕1号", "2026年度抽查工作计划", number),
    ):
        assert told in page.text
    links = [link["href"] for link in page.all("a")]
    assert f"/draws/{press.world.draw}" in links
    assert f"/public/results/{number}.json" in links


async def test_a_page_in_english_keeps_its_language_and_marks_chinese_data(
    client: httpx.AsyncClient, press: Press
) -> None:
    _, number = await press.publish()
    page = await page_of(client, f"/results/{number}?lang=en")
    assert page.all("html")[0]["lang"] == "en"
    assert "2 March 2026" in page.text
    assert "No problem found" in page.text
    assert "未发现问题" in page.text  # what the document says
    assert any(attrs.get("lang") == "zh-CN" for attrs in page.all("dd"))
    inside = [link["href"] or "" for link in page.all("a") if (link["href"] or "").startswith(("/results", "/items"))]
    assert f"/results/{number}" in inside  # the way back to Chinese
    assert all("lang=en" in href for href in inside if href != f"/results/{number}")


@pytest.mark.parametrize("lang", ["", "zh", "fr", "../../x", "<script>"])
async def test_any_other_language_is_chinese(client: httpx.AsyncClient, world: World, lang: str) -> None:
    answer = await client.get("/", params={"lang": lang})
    assert Page(answer.text).all("html")[0]["lang"] == "zh-CN"
    assert answer.headers["content-language"] == "zh-CN"


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_text_and_nothing_else(client: httpx.AsyncClient, press: Press, name: str) -> None:
    _, number = await press.publish(object_name=HOSTILE[name])
    for address in ("/", "/results", f"/results/{number}", f"/results/{number}?lang=en"):
        page = await page_of(client, address)
        assert shown(HOSTILE[name]) in page.text
        assert "\u202e" not in page.text
    (told,) = (await client.get("/public/results.json")).json()["results"]
    assert told["document"]["entName"] == HOSTILE[name]


@pytest.mark.parametrize(
    "query", [*HOSTILE.values(), "%", "_", "\\", "\x00", "+", "&lang=en", "a" * 100, "'; DROP TABLE--"]
)
async def test_a_hostile_search_finds_nothing_and_is_shown_as_text(
    client: httpx.AsyncClient, press: Press, query: str
) -> None:
    await press.publish(object_name="某某石油有限公司", object_code="91371000MA3C000000")
    answer = await client.get("/results", params={"q": query})
    assert answer.status_code == (400 if len(query) > 100 else 200)
    page = Page(answer.text)
    assert page.faults == []
    if len(query) <= 100:
        assert (await client.get("/public/results.json", params={"q": query})).status_code == 200


async def test_search_and_paging_work_without_a_script(client: httpx.AsyncClient, press: Press) -> None:
    for number in range(23):
        await press.publish(object_name=f"甲{number:02d}号加油站")
    await press.publish(object_name="乙公司")
    first = await page_of(client, "/results?q=甲")
    (onward,) = [link["href"] for link in first.all("a") if link.get("rel") == "next"]
    assert "乙公司" not in first.text
    second = await page_of(client, onward or "")
    named = [re.findall(r"甲\d\d号", page.text) for page in (first, second)]
    assert len(named[0]) == 20
    assert sorted({*named[0], *named[1]}) == [f"甲{number:02d}号" for number in range(23)]
    assert not [link for link in second.all("a") if link.get("rel") == "next"]
    assert [form["method"] for form in first.all("form")] == ["get"]


async def test_a_place_that_was_never_given_out_is_a_page_with_status_400(
    client: httpx.AsyncClient, world: World
) -> None:
    for after in ("x", "é", "MjAyNg", "A" * 5000):
        assert "无法理解" in (await page_of(client, f"/results?after={after}", 400)).text


async def test_nothing_about_a_visit_is_told_before_its_result_is_out(client: httpx.AsyncClient, press: Press) -> None:
    waiting = await press.approve(object_name="尚未公示的公司")
    guess = "sw-2026-000001"
    absent = [await client.get(address) for address in (f"/results/{guess}", "/results/sw-2099-999999", "/results/zzz")]
    assert {answer.status_code for answer in absent} == {404}
    assert {re.sub(r"/results/[^\"?]*", "/results/…", answer.text) for answer in absent} == {
        re.sub(r"/results/[^\"?]*", "/results/…", absent[0].text)
    }
    machine = [await client.get(f"/public{answer.url.path}.json") for answer in absent]
    assert {(answer.status_code, answer.text) for answer in machine} == {(404, machine[0].text)}
    for address in ("/", "/results", "/results?q=尚未公示", "/public/results.json", f"/draws/{press.world.draw}"):
        answer = await client.get(address)
        assert "尚未公示的公司" not in answer.text
        assert waiting.object_code not in answer.text
        assert str(waiting.id) not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        *("/results/a/b", "/results/%00", "/results/%FF", f"/results/{'x' * 500}", "/draws/none"),
        *("/draws/019c8d11-0000-7000-8000-0000ffffffff", "/draws/%00", "/assets/../api/app.py", "/assets/none"),
    ],
)
async def test_an_address_that_leads_nowhere_is_not_found(
    client: httpx.AsyncClient, world: World, address: str
) -> None:
    assert (await client.get(address)).status_code == 404


async def test_what_the_reader_has_already_is_not_sent_again(client: httpx.AsyncClient, press: Press) -> None:
    _, number = await press.publish()
    for address in ("/", f"/results/{number}", f"/public/results/{number}.json", "/public/items.json"):
        first = await client.get(address)
        assert first.headers["cache-control"] == "public, max-age=60"
        tag = first.headers["etag"]
        for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await client.get(address, headers={"If-None-Match": asked})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        assert (await client.get(address, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_what_is_not_there_is_never_kept_by_a_cache(client: httpx.AsyncClient, world: World) -> None:
    answer = await client.get("/results/sw-2026-000001")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


async def test_the_stylesheet_is_ours_and_may_be_kept_for_a_year(client: httpx.AsyncClient, world: World) -> None:
    page = await page_of(client, "/")
    sheets = [link["href"] or "" for link in page.all("link")]
    for sheet in sheets:
        answer = await client.get(sheet)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000"
    for name in (name for name in ASSETS if name.endswith(".js")):
        script = await client.get(f"/assets/{name}")
        assert script.headers["content-type"] == "text/javascript; charset=utf-8"
        assert script.headers["cache-control"] == "public, max-age=60"  # a module asks for its neighbours by name alone
    css = await client.get("/assets/site.css")
    assert css.headers["content-type"] == "text/css; charset=utf-8"
    assert css.headers["cache-control"] == "public, max-age=60"
    assert "http" not in css.text
    assert "@import" not in css.text


async def test_every_page_can_be_read_by_ear(client: httpx.AsyncClient, press: Press) -> None:
    _, number = await press.publish()
    for address in ("/", "/results?q=某", f"/results/{number}", "/items", f"/draws/{press.world.draw}"):
        page = await page_of(client, address)
        assert len(page.all("h1")) == 1
        assert [main["id"] for main in page.all("main")] == ["main"]
        assert page.all("a")[0]["href"] == "#main"
        assert all(nav.get("aria-label") for nav in page.all("nav"))
        assert all(section.get("aria-label") or section.get("aria-labelledby") for section in page.all("section"))
        ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
        assert len(ids) == len(set(ids))
        assert {attrs["aria-labelledby"] for _, attrs in page.elements if "aria-labelledby" in attrs} <= set(ids)
        assert all(th.get("scope") for th in page.all("th"))
        assert page.all("meta")[1]["content"] == "width=device-width, initial-scale=1"


async def test_the_json_of_a_result_is_the_published_document_itself(client: httpx.AsyncClient, press: Press) -> None:
    _, number = await press.publish()
    answer = await client.get(f"/public/results/{number}.json")
    assert answer.headers["content-type"] == "application/json"
    assert hashlib.sha256(answer.content).hexdigest() == answer.headers["x-content-sha256"]
    listed = (await client.get("/public/results.json")).json()
    assert listed["results"][0]["sha256"] == answer.headers["x-content-sha256"]
    assert listed["results"][0]["document"] == answer.json()
    assert listed["after"] is None
    assert (await client.get(f"/public/results/{number}")).status_code == 404


async def test_json_lists_go_on_where_the_page_before_ended(client: httpx.AsyncClient, press: Press) -> None:
    for _ in range(3):
        await press.publish()
    first = (await client.get("/public/results.json?limit=2")).json()
    second = (await client.get("/public/results.json", params={"limit": 2, "after": first["after"]})).json()
    numbers = [result["number"] for page in (first, second) for result in page["results"]]
    assert sorted(numbers) == ["sw-2026-000001", "sw-2026-000002", "sw-2026-000003"]
    assert second["after"] is None


async def test_published_items_are_listed_as_they_stand_in_the_list(client: httpx.AsyncClient, world: World) -> None:
    from datetime import UTC, datetime

    from inspection.registry.items.tables import InspectionItem

    await insert(
        InspectionItem,
        authority=world.authority,
        code="CY-02",
        name="对外商投资企业信息报告的行政检查",
        basis="《外商投资信息报告办法》第二十条",
        object_kinds='["entity"]',
        methods='["on_site"]',
        item_class="general",
        ratio_text="≥5%",
        published_at=datetime(2026, 1, 4, tzinfo=UTC),
    )
    page = await page_of(client, "/items")
    assert "对外商投资企业信息报告的行政检查" in page.text
    assert "《外商投资信息报告办法》第二十条" in page.text
    assert "对成品油零售经营企业的行政检查" not in page.text  # never published
    told = (await client.get("/public/items.json")).json()
    assert [item["ratio"] for group in told["authorities"] for item in group["items"]] == ["≥5%"]


@settings(max_examples=200, deadline=None)
@given(name=st.text(max_size=60))
def test_a_shown_name_cannot_turn_the_direction_of_the_page(name: str) -> None:
    assert not set(shown(name)) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200f\x00\n")
