"""The inspector's app in Chromium: how large it is, how fast it starts without a network on a slow processor, how long
an answer and a first synchronisation take, how smoothly a long checklist scrolls, and what the tab holds of memory.
"""

import asyncio
import gzip
import re
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, CDPSession, async_playwright

from api.tablet import FIRST, FOLDER
from bench.figure import Figure
from bench.wire_load import peak_mb_of
from bench.words import parser_of
from mobile_contract.checklist import Checklist
from mobile_contract.checklist import Text as Words
from tests.inspection.visits.tablet import item
from tests.support.browsers import CHROMIUM
from tests.support.schema import build_schema
from tests.support.served import Server
from tests.tablet.hand import Hand
from tests.tablet.place import Office, make_place
from tests.tablet.screen import Screen

VISITS, POINTS, STARTS, ANSWERS = 50, 500, 7, 20
SLOWER: Final = 4
"""Times that the processor is slowed down."""
BYTES_S, LATENCY_MS = 1_000_000 / 8, 300
HELD: Final = {"viewport": {"width": 800, "height": 1280}, "has_touch": True, "locale": "zh-CN"}
LONG: Final = Checklist(
    code="long",
    version=1,
    title=Words(zh="五百个检查要点"),
    items=tuple(item(f"{number}") for number in range(1, POINTS + 1)),
)
WATCHED: Final = """
window.shownAt = new Promise((resolve) => {
  const look = () => {
    if (document.querySelector("h1")?.textContent.trim())
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    else requestAnimationFrame(look);
  };
  look();
});
window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({ type: "longtask" });
"""
"""When the first heading was painted, ms after the navigation began; and every task above 50 ms."""


def shell() -> None:
    """Bytes of what the page names to begin with, and of everything that is kept for days without a network."""
    first = (FOLDER / FIRST).read_text()
    named = [FOLDER / FIRST, *(FOLDER / path for path in re.findall(r"/tablet/(assets/[^\"]+)", first))]
    kept = [path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".map"]
    Figure("tablet: app shell, gzip", packed(named), "KB", target="≤ 200 KB").emit()
    Figure("tablet: all screens, pictures and the service worker, gzip", packed(kept), "KB").emit()


def packed(paths: Sequence[Path]) -> float:
    """Bytes of these files in thousands, each packed by itself."""
    return sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in paths) / 1000


@asynccontextmanager
async def unpacked(browser: Browser, address: str) -> AsyncIterator[tuple[Hand, CDPSession]]:
    """A fresh tablet and the wire to its inside."""
    context = await browser.new_context(base_url=address, **HELD)
    context.set_default_timeout(120_000)
    await context.add_init_script(WATCHED)
    screen = await Screen.of(context)
    yield Hand(screen), await context.new_cdp_session(screen.page)
    await context.close()


async def first_sync(hand: Hand, inside: CDPSession, code: str) -> None:
    """From the press that enrols to the visits on the screen, over a poor network."""
    network = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_S, "uploadThroughput": BYTES_S}
    await hand.unpack(code)
    await inside.send("Network.enable")
    await inside.send("Network.emulateNetworkConditions", network)
    begin = time.perf_counter()
    await hand.press("enrol.submit")
    await hand.visits().first.wait_for()
    spent = time.perf_counter() - begin
    told = f"tablet: enrolment and first sync of {VISITS} visits, {POINTS} check points, 1 Mbit/s, {LATENCY_MS} ms"
    Figure(told, spent, "s", target="≤ 5 s").emit()
    await inside.send("Network.emulateNetworkConditions", {**network, "latency": 0} | _FREE)


_FREE: Final = {"downloadThroughput": -1, "uploadThroughput": -1}


async def offline_start(hand: Hand, inside: CDPSession) -> None:
    """From the touch on its mark to its first screen, without a network, on a slow processor."""
    await hand.screen.settle()
    await hand.screen.offline()
    await inside.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    spent = []
    for _ in range(STARTS):
        await hand.page.reload(wait_until="load")
        spent.append(float(await hand.page.evaluate("window.shownAt")))
    told = f"tablet: start without a network, processor {SLOWER}× slower"
    Figure(f"{told}, median of {STARTS}", statistics.median(spent) / 1000, "s", target="≤ 1.5 s").emit()
    Figure(f"{told}, slowest", max(spent) / 1000, "s").emit()
    await inside.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    await hand.unlock()


async def answers(hand: Hand, visit: object) -> None:
    """From the touch on an answer to its being shown as recorded, which it is only once it is kept."""
    await hand.step(visit, "list")
    spent = [await hand.answer_timed(number) for number in range(ANSWERS)]
    told = f"tablet: an answer kept, among {POINTS} check points"
    Figure(f"{told}, median of {ANSWERS}", statistics.median(spent), "ms", target="≤ 50 ms").emit()
    Figure(f"{told}, slowest", max(spent), "ms").emit()


async def scrolling(hand: Hand, inside: CDPSession, visit: object) -> None:
    """The whole checklist under a finger that does not rest."""
    await hand.step(visit, "list")
    for rate in (1, SLOWER):
        await inside.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        await hand.page.evaluate("window.scrollTo(0, 0); window.longTasks.length = 0")
        height = int(await hand.page.evaluate("document.documentElement.scrollHeight"))
        await hand.page.mouse.move(400, 640)
        for _ in range(0, height, 900):
            await hand.page.mouse.wheel(0, 900)
        await hand.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))")
        longest = max(await hand.page.evaluate("window.longTasks"), default=0.0)
        told = f"tablet: longest task while {POINTS} check points scroll, processor {rate}× slower"
        Figure(told, float(longest), "ms", target="≤ 100 ms" if rate == 1 else "").emit()
    await inside.send("Emulation.setCPUThrottlingRate", {"rate": 1})


async def memory(browser: Browser, inside: CDPSession) -> None:
    """What the largest tab of this browser held at most."""
    wire = await browser.new_browser_cdp_session()
    processes: list[dict[str, Any]] = (await wire.send("SystemInfo.getProcessInfo"))["processInfo"]
    tabs = [peak_mb_of(one["id"]) for one in processes if one["type"] == "renderer"]
    Figure("tablet: peak memory of the tab", max(tabs), "MB").emit()
    await inside.send("Performance.enable")
    told = {one["name"]: one["value"] for one in (await inside.send("Performance.getMetrics"))["metrics"]}
    Figure("tablet: heap of the tab at the end", told["JSHeapUsedSize"] / 1e6, "MB").emit()


async def measure(server: Server, office: Office) -> None:
    """Everything that needs a browser, in the order of a tablet's first day."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM))
        async with unpacked(browser, server.address) as (hand, inside):
            await first_sync(hand, inside, office.code())
            await offline_start(hand, inside)
            await answers(hand, office.place.visit)
            await scrolling(hand, inside, office.place.visit)
            await memory(browser, inside)
        await browser.close()


def main() -> None:
    parser_of(__doc__).parse_args()
    shell()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(build_schema(f"sqlite:///{folder / 'template.sqlite3'}"))
        place = make_place(folder / "place", folder / "template.sqlite3", VISITS, LONG)
        server = Server(place.data_dir, folder / "server.log")
        server.start()
        try:
            asyncio.run(measure(server, Office(place, server.address, place.data_dir)))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
