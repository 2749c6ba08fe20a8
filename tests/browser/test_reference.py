"""The reference page works where there is no internet, and shows everything the service can do."""

import pytest

from tests.browser.reader import Open, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")


SHOWN = """() => {
    const closed = document.querySelector('.opblock-tag[data-is-open="false"]');
    if (closed) { closed.click(); return null; }
    const told = (row, name) => row.querySelector(`.opblock-summary-${name}`);
    return [...document.querySelectorAll(".opblock")].map((row) => [
        told(row, "method").innerText, told(row, "path").dataset.path,
    ]);
}"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
FURTHER = """() => {
    const page = document.documentElement, before = page.scrollTop;
    page.scrollTop += window.innerHeight / 2;
    return page.scrollTop > before;
}"""


async def test_the_reference_shows_all_operations_and_their_answers_and_asks_nobody_else(
    open_page: Open, site: Site
) -> None:
    assert len(site.operations) > 50
    reader = await open_page("/schema")
    await reader.page.locator(".opblock-tag").nth(site.sections - 1).wait_for()
    seen: set[tuple[str, str]] = set()
    known = -1
    # The page holds only what is near the window: a reader scrolls, opens each section on the way, and goes through it
    # all again until nothing new turns up.
    while len(seen) > known:
        known, further = len(seen), True
        await reader.page.evaluate("document.documentElement.scrollTop = 0")
        while further:
            await reader.page.evaluate(PAINTED)
            shown = await reader.page.evaluate(SHOWN)
            if shown is not None:
                seen |= {(method, path) for method, path in shown}
                further = await reader.page.evaluate(FURTHER)
    assert sorted(seen) == site.operations
    await reader.page.evaluate("document.documentElement.scrollTop = 0")
    await reader.page.locator(".opblock-summary-control").first.click()
    await reader.page.locator(".opblock .responses-wrapper").first.wait_for()
    assert reader.foreign == []
    assert reader.troubles == []


async def test_without_scripts_the_reference_says_where_the_document_is(open_page: Open) -> None:
    reader = await open_page("/schema", scripts=False)
    assert "/schema/openapi.json" in await reader.text()
