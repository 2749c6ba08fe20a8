"""The ceremony sheet on paper: one page of A4 whatever the draw, with boxes to fill before it and figures after it."""

import re
from typing import Any

import pytest
import segno
from playwright.async_api import Browser, Page

from api.language import Language
from api.pages.render import View, rendered
from api.public.sheet import fingerprint_code
from api.public.shown_sheet import MOST_CELLS, shown_sheet
from inspection.draw.supervision.witnessed import Watching, Witnessed
from tests.browser.modules import emptied
from tests.browser.views import DIGITS, LONG, WITNESSES, drawn_view

pytestmark = pytest.mark.asyncio(loop_scope="package")

A4_PT = (595, 842)
OFFICES = [
    Watching({"zh_CN": zh, "en": en}, required=True)
    for zh, en in (
        ("法规科", "Legal section"),
        ("办公室", "General office"),
        ("人事科", "Personnel section"),
        ("监察室", "Supervision office"),
    )
]
DRAWS: dict[str, dict[str, Any]] = {
    "smallest": {"cells": 1, "witnesses": 0},
    "twelve cells and five witnesses": {"cells": 12, "witnesses": 5},
    "joint": {"cells": 12, "tasks": 3, "witnesses": 5},
    "too much": {"cells": 500, "tasks": 9, "witnesses": 7},
}


async def opened(browser: Browser, lang: Language, **draw: Any) -> Page:
    sheet = shown_sheet(drawn_view(**draw), Witnessed("张经办", "李批准", OFFICES), lang)
    html = rendered(View(lang, "/", "", ()), "public/sheet.html", sheet=sheet, qr=fingerprint_code(sheet.draw, lang))
    return await emptied(browser, html)


@pytest.mark.parametrize("drawn", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("name", DRAWS)
async def test_the_sheet_is_one_page_of_a4(browser: Browser, lang: Language, name: str, drawn: bool) -> None:
    page = await opened(browser, lang, drawn=drawn, **DRAWS[name])
    pdf = await page.pdf(prefer_css_page_size=True)
    await page.context.close()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    (box,) = re.findall(rb"/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    assert tuple(round(float(side)) for side in box) == A4_PT


async def test_what_does_not_fit_is_counted_and_its_file_named_by_digest(browser: Browser) -> None:
    draw = DRAWS["too much"]
    page = await opened(browser, "zh_CN", **draw)
    told = await page.locator("main").inner_text()
    shown = await page.locator(".cells tbody tr").count()
    sheet = shown_sheet(drawn_view(**draw), Witnessed("张经办", "李批准", OFFICES), "zh_CN")
    await page.context.close()
    assert shown == MOST_CELLS
    for said in (f"其余 {draw['cells'] - shown} 层", "另有 6 项任务", "另有 1 处签名", sheet.params_digest):
        assert said in told


async def test_before_the_draw_there_are_boxes_to_fill_and_lines_to_sign(browser: Browser) -> None:
    page = await opened(browser, "zh_CN", drawn=False, witnesses=5)
    boxes = await page.locator(".dice i").all_inner_texts()
    signed = await page.locator(".places p").all_inner_texts()
    groups = await page.locator(".groups span").all_inner_texts()
    blank = await page.locator(".result td").all_inner_texts()
    wide = await page.locator(".dice i").evaluate_all("all => all.map(box => box.getBoundingClientRect().width)")
    await page.context.close()
    assert [box.strip() for box in boxes] == [""] * 40  # twenty digits, by two persons
    assert min(wide) > 24  # 6.4 mm: a digit by hand
    assert len(signed) == 2 + 5 + len(OFFICES)
    assert all(name in "".join(signed) for name in ("张经办", "李批准", *WITNESSES[:5], "监察室"))
    assert "".join(groups) == drawn_view()["fingerprint"]
    assert blank == ["", "", ""]


async def test_after_the_draw_digits_quotas_tickets_and_roots_stand_there(browser: Browser) -> None:
    page, view = await opened(browser, "zh_CN"), drawn_view()
    told = await page.locator("main").inner_text()
    boxes = await page.locator(".dice i").all_inner_texts()
    await page.context.close()
    assert "".join(boxes) == DIGITS * 2
    assert all(root in told for root in (view["seed"], view["result_root"], view["match"]["root"]))
    for cell in view["cells"]:
        assert cell["threshold"][:12] in told
        assert f"{cell['probability'][0]}/{cell['probability'][1]}" in told
    assert LONG in told


async def test_the_code_on_the_sheet_holds_the_fingerprint(browser: Browser) -> None:
    page, view = await opened(browser, "zh_CN"), drawn_view()
    drawn = await page.locator("svg.qr path").last.get_attribute("d")
    name = await page.locator("svg.qr").get_attribute("role")
    await page.context.close()
    again = segno.make(f"SR-DRAW/1 {view['fingerprint']}", error="m", micro=False, boost_error=False)
    assert f'd="{drawn}"' in again.svg_inline(border=2)
    assert name == "img"
