"""The public page of a draw: anybody checks it on their own device, and without a script it says how else."""

import io
import json
import zipfile
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.reader import Open, Reader, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

DESK, TABLET, PHONE = 1280, 820, 390
PATIENCE_MS = 240_000
BUTTON = {"zh": "在本机核验", "en": "Verify on this device"}
HOLD = {"zh": "项成立。", "en": "checks hold."}


def bundle_of(site: Site) -> dict[str, bytes]:
    address = f"{site.address}/public{site.path('draw')}/bundle.zip"
    with zipfile.ZipFile(io.BytesIO(httpx.get(address, trust_env=False).content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


async def said(page: Page, mood: str) -> list[str]:
    """The sentences, once the last one has come."""
    await expect(page.locator("[role=status]")).to_have_class(mood, timeout=PATIENCE_MS)
    return await page.locator(".checks li").all_inner_texts()


async def bring(reader: Reader, name: str, data: bytes) -> None:
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    await reader.page.set_input_files("input[type=file]", file)


@pytest.mark.parametrize("width", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
@pytest.mark.parametrize("lang", BUTTON)
async def test_a_draw_is_checked_on_the_readers_device(open_page: Open, site: Site, lang: str, width: int) -> None:
    reader = await open_page(site.path("draw", lang), width=width)
    await reader.page.get_by_role("button", name=BUTTON[lang]).click()
    sentences = await said(reader.page, "good")
    assert len(sentences) > 20
    assert await reader.page.locator(".checks li.bad").count() == 0
    assert HOLD[lang] in await reader.page.locator("[role=status]").inner_text()
    assert all(any(char >= "\u4e00" for char in one) == (lang == "zh") for one in sentences)
    assert await reader.overflow() <= 0
    assert reader.foreign == []
    assert reader.troubles == []


async def test_a_bundle_that_was_tampered_with_is_refused_in_red(open_page: Open, site: Site) -> None:
    files = bundle_of(site)
    files["cells.json"] = files["cells.json"].replace(b'"quota":', b'"quota":1', 1)
    reader = await open_page(site.path("draw"))

    async def forge(route: Route) -> None:
        await route.fulfill(body=zipped(files), content_type="application/zip")

    await reader.page.route("**/bundle.zip", forge)
    await reader.page.get_by_role("button", name=BUTTON["zh"]).click()
    await said(reader.page, "bad")
    wrong = await reader.page.locator(".checks li.bad").evaluate_all("all => all.map(one => one.dataset.code)")
    assert {"public.shares", "public.tickets"} <= set(wrong)
    assert "不成立：" in await reader.page.locator(".checks li.bad").first.inner_text()


async def test_a_proof_is_checked_from_a_file_and_a_forged_one_refused(open_page: Open, site: Site) -> None:
    opening = json.loads(bundle_of(site)["openings.json"])[0]
    reader = await open_page(site.path("draw"))
    await bring(reader, "proof.json", json.dumps(opening).encode())
    assert len(await said(reader.page, "good")) == 5
    await bring(reader, "forged.json", json.dumps({**opening, "salt": "00" * 16}).encode())
    await said(reader.page, "bad")
    assert await reader.page.locator(".checks li.bad").count() == 3
    assert reader.troubles == []


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
async def test_a_bundle_is_checked_from_a_file(open_page: Open, site: Site, method: int) -> None:
    reader = await open_page(site.path("draw"), width=PHONE)
    await bring(reader, "draw.zip", zipped(bundle_of(site), method))
    assert len(await said(reader.page, "good")) > 20


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + bytes(60), b"{", b"\xff\xfe", b"nothing"])
async def test_what_is_neither_is_said_to_be_unreadable(open_page: Open, site: Site, data: bytes) -> None:
    reader = await open_page(site.path("draw"))
    await bring(reader, "file.bin", data)
    assert await said(reader.page, "bad") == []
    assert "无法读取" in await reader.page.locator("[role=status]").inner_text()
    assert reader.troubles == []


async def test_without_scripts_the_page_says_how_to_check_elsewhere(open_page: Open, site: Site) -> None:
    reader = await open_page(site.path("draw"), scripts=False)
    assert await reader.page.locator("button").count() == 1
    assert not await reader.page.locator("button").is_visible()
    assert not await reader.page.locator("input").is_visible()
    told = await reader.text()
    assert BUTTON["zh"] not in told
    assert "python3 verify.pyz" in told
    for name in ("bundle.zip", "verify.pyz"):
        assert await reader.page.locator(f"a[href$='{name}']").is_visible()


@pytest.mark.parametrize("lang", BUTTON)
async def test_on_a_phone_no_date_is_broken_the_sections_stand_in_a_row_and_a_wide_table_says_so(
    open_tab: Open, site: Site, lang: str
) -> None:
    page = (await open_tab(site.path("draw", lang), width=PHONE)).page
    lines = await page.locator(".when").evaluate_all("all => all.map(one => one.getClientRects().length)")
    assert len(lines) > 5
    assert set(lines) == {1}
    tops = "all => [...new Set(all.map(one => one.getBoundingClientRect().top))]"
    (row,) = await page.locator(".top nav li:not(.other)").evaluate_all(tops)
    (other,) = await page.locator(".top nav li.other").evaluate_all(tops)
    assert other < row
    assert await page.locator(".swipe").first.is_visible()
    await page.set_viewport_size({"width": DESK, "height": 800})
    assert not await page.locator(".swipe").first.is_visible()


async def test_a_fold_holds_the_tickets_and_the_code_the_fingerprint(open_page: Open, site: Site) -> None:
    reader, drawn = await open_page(site.path("draw"), width=PHONE), json.loads(bundle_of(site)["drawn.json"])
    ticket = reader.page.get_by_text(drawn[0]["ticket"], exact=True)
    assert not await ticket.is_visible()
    await reader.page.locator("details summary").click()
    assert await ticket.is_visible()
    assert await reader.overflow() <= 0
    assert await reader.page.locator("figure svg[role=img]").count() == 1


async def test_the_sheet_is_one_click_away_in_the_readers_language(open_page: Open, site: Site) -> None:
    reader = await open_page(site.path("draw", "en"))
    await reader.page.get_by_role("link", name="Open the ceremony sheet").click()
    await reader.page.wait_for_url("**/sheet?lang=en")
    assert "Ceremony sheet" in await reader.page.locator("h1").inner_text()
    head = json.loads(bundle_of(site)["ceremony.json"])
    assert head["fingerprint"][:4] in await reader.page.locator(".groups").inner_text()
    assert head["seed"] in await reader.text()
    assert reader.troubles == []
