"""The reference page works where there is no internet, and shows everything the service can do."""

import pytest

from tests.browser.reader import Open, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_the_reference_has_every_section_and_asks_nobody_else(open_page: Open, site: Site) -> None:
    assert len(site.operations) > 50
    reader = await open_page("/schema")
    sections = reader.page.locator(".opblock-tag")
    await sections.nth(site.sections - 1).wait_for()
    assert await sections.count() == site.sections
    assert reader.foreign == []
    assert reader.troubles == []


async def test_an_operation_opens_with_its_parameters_and_answers(open_page: Open) -> None:
    reader = await open_page("/schema")
    await reader.page.locator(".opblock-tag").first.wait_for()
    if not await reader.page.locator(".opblock").count():
        await reader.page.locator(".opblock-tag").first.click()
    await reader.page.locator(".opblock-summary-control").first.click()
    await reader.page.locator(".opblock .responses-wrapper").first.wait_for()
    assert reader.foreign == []
    assert reader.troubles == []


async def test_without_scripts_the_reference_says_where_the_document_is(open_page: Open) -> None:
    reader = await open_page("/schema", scripts=False)
    assert "/schema/openapi.json" in await reader.text()
