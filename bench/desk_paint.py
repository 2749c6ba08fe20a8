"""When something of a page can be read: first contentful paint in Chromium, for somebody who was never here before, on
a slow processor and the line of an office.
"""

import statistics
from collections.abc import Mapping
from typing import Final

from playwright.async_api import Browser, async_playwright

from bench.figure import Figure
from tests.support.browsers import CHROMIUM

SLOWER: Final = 4
"""Times that the processor is slowed down."""
LINE: Final = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
"""40 ms there and back, 10 Mbit/s."""
TIMES: Final = 5
PAGES: Final = (
    *("/", "/results", "/results?q=%E4%BA%91%E5%B8%86", "/draws", "/statistics", "/lookup"),
    *("/desk", "/desk/objects", "/desk/items", "/desk/plans", "/desk/tasks", "/desk/draws", "/desk/visits"),
    *("/desk/publications", "/desk/clocks", "/desk/statistics"),
)
_PAINTED: Final = """() => new Promise((resolve) => new PerformanceObserver((list) => {
  for (const one of list.getEntriesByName("first-contentful-paint")) resolve(one.startTime);
}).observe({ type: "paint", buffered: true }))"""


async def tell_paint(what: str, port: int, cookies: Mapping[str, str]) -> None:
    """The slowest of these pages at the median of its visits, and the median of all."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM))
        found = {path: [await _painted(browser, port, path, cookies) for _ in range(TIMES)] for path in PAGES}
        await browser.close()
    slowest = max(found, key=lambda path: statistics.median(found[path]))
    how = f"{what}: first paint at {SLOWER}×, 40 ms, 10 Mbit/s"
    Figure(
        f"{how}, slowest of {len(PAGES)} pages ({slowest})", statistics.median(found[slowest]), "ms", None, "", "≤ 1 s"
    ).emit()
    every = [one for times in found.values() for one in times]
    Figure(f"{how}, median", statistics.median(every), "ms", None, "", "≤ 1 s").emit()
    Figure(f"{how}, slowest of all visits", max(every), "ms", None, "").emit()


async def _painted(browser: Browser, port: int, path: str, cookies: Mapping[str, str]) -> float:
    """Milliseconds from the navigation's begin, with nothing in the cache."""
    here = f"http://127.0.0.1:{port}"
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    await context.add_cookies([{"name": name, "value": value, "url": here} for name, value in cookies.items()])
    page = await context.new_page()
    inside = await context.new_cdp_session(page)
    await inside.send("Network.emulateNetworkConditions", LINE)
    await inside.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    answer = await page.goto(f"{here}{path}", wait_until="commit")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{path}: {answer and answer.status}")
    painted = float(await page.evaluate(_PAINTED))
    await context.close()
    return painted
