"""Debian's chromium, for tests that see what people see."""

from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[2] / "tablet" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Never skipped: what people see is tested or the run fails."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: run `make browser`, or install Debian's package chromium")
    return str(CHROMIUM)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium, one for all tests of a folder."""
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium)
        yield found
        await found.close()


@cache
def _axe() -> str:
    return AXE.read_text()


# What fades in has little contrast until it is there. A spinner never ends: nobody waits for it.
_AT_REST = """() => Promise.all(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
  .map((one) => one.finished.catch(() => undefined)))"""


async def barriers(page: Page, within: Sequence[str] = ()) -> list[str]:
    """What axe finds on this page as it stands against WCAG 2.2 AA, in words; what moves has come to rest before.

    `within`: CSS of the parts that are judged; without any, all of the page.
    """
    await page.evaluate(_AT_REST)
    await page.evaluate(f"{_axe()}; undefined")
    # Half of axe's time goes into telling of all that is as it should be.
    asked = f"{{ runOnly: {RULES!r}, resultTypes: ['violations'] }}"
    judged = f"{{ include: {[[one] for one in within]!r} }}" if within else "document"
    found = await page.evaluate(f"axe.run({judged}, {asked}).then((all) => all.violations)")
    return [f"{one['id']}: {one['help']}: {node['html']}" for one in found for node in one["nodes"]]
