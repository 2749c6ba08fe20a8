"""The tablet's store in a real browser: keys that last and cannot be taken, restarts, windows, a full disk."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, Playwright, Route

from tests.support.node import NODE
from tests.support.once import once
from tests.support.served import PATIENCE_S
from tests.tablet.test_units import TABLET

pytestmark = pytest.mark.asyncio(loop_scope="package")

ADDRESS = "https://store.test/"
"""Nobody is there: the test answers. A browser keeps keys only for what comes by https."""
DOCUMENT = '<!doctype html><html lang="en"><title>Store</title><script type="module" src="/page.js"></script></html>'
PIN, WRONG = "314159", "000000"


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The store alone, in one script."""
    return once(tmp_path_factory, "tablet-store", _built)


def _built(folder: Path) -> str:
    vite, config = TABLET / "node_modules" / "vite" / "bin" / "vite.js", TABLET / "test/store/page/vite.config.ts"
    words = [str(NODE), str(vite), "build", "--config", str(config), "--outDir", str(folder), "--logLevel", "warn"]
    done = subprocess.run(words, cwd=TABLET, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "page.js").read_text()


class Tablet:
    """One browser with what it wrote to disk: it can be ended and comes back, and has as many windows as one likes."""

    def __init__(self, playwright: Playwright, chromium: str, profile: Path, script: str) -> None:
        self._playwright, self._chromium, self._profile, self._script = playwright, chromium, profile, script
        self._context: BrowserContext | None = None

    async def window(self) -> Page:
        """Another window in which the store is there, still locked."""
        if self._context is None:
            self._context = await self._playwright.chromium.launch_persistent_context(
                str(self._profile), executable_path=self._chromium
            )
            self._context.set_default_timeout(PATIENCE_S * 1000)
            await self._context.route(f"{ADDRESS}**", self._answer)
        page = await self._context.new_page()
        await page.goto(ADDRESS)
        await page.wait_for_function("() => 'page' in globalThis")
        return page

    async def end(self) -> None:
        """Ends the browser, whatever it is doing."""
        if self._context is not None:
            await self._context.close()
        self._context = None

    async def _answer(self, route: Route) -> None:
        script = route.request.url.endswith(".js")
        body, kind = (self._script, "text/javascript") if script else (DOCUMENT, "text/html")
        await route.fulfill(body=body, content_type=kind)


@pytest_asyncio.fixture(loop_scope="package")
async def tablet(playwright: Playwright, chromium: str, tmp_path: Path, script: str) -> AsyncIterator[Tablet]:
    found = Tablet(playwright, chromium, tmp_path / "profile", script)
    yield found
    await found.end()


async def call(window: Page, name: str, *given: object) -> Any:
    """What one function of the page's store answers."""
    return await window.evaluate("([name, given]) => page[name](...given)", [name, list(given)])


async def test_keys_and_rows_last_a_restart_and_neither_key_can_be_taken(tablet: Tablet) -> None:
    window = await tablet.window()
    assert await call(window, "state") == "empty"
    kid = await call(window, "create", PIN)
    digest = await call(window, "write")
    await tablet.end()

    window = await tablet.window()
    assert await call(window, "state") == "locked"
    found = await call(window, "prying")
    assert found["rounds"] >= 600_000
    assert found["extractable"] == [False, False]
    assert found["taken"] == ["InvalidAccessError"] * 3
    assert found["readable"] == []
    assert await call(window, "open", WRONG) == {"wait": 0, "failed": 1}
    assert await call(window, "open", PIN) == kid
    secret = "灶台油污 kitchen grease"
    assert await call(window, "read", digest) == {"text": secret, "line": secret, "bytes": True, "signs": True}


async def test_waits_for_wrong_pins_last_a_restart(tablet: Tablet) -> None:
    window = await tablet.window()
    await call(window, "create", PIN)
    for failed in range(1, 5):
        assert await call(window, "open", WRONG) == {"wait": 0, "failed": failed}
    # The wait runs from the moment the try was counted: making the key of the PIN is part of it.
    first = await call(window, "open", WRONG)
    assert (first["failed"], 0 < first["wait"] <= 30) == (5, True)
    await tablet.end()
    held = await call(await tablet.window(), "open", PIN)
    assert (held["failed"], 0 < held["wait"] <= 30) == (5, True)


async def test_a_file_that_a_kill_interrupts_leaves_nothing(tablet: Tablet) -> None:
    window = await tablet.window()
    await call(window, "create", PIN)
    assert await call(window, "beginFile", 200) > 0
    await tablet.end()
    window = await tablet.window()
    left = await call(window, "counts")
    assert (left["files"], left["loose"], left["pieces"] > 0) == (0, 1, True)
    await call(window, "open", PIN)
    await window.wait_for_function("() => page.counts().then(({ pieces, loose }) => pieces + loose === 0)")


async def test_a_file_for_which_there_is_no_room_is_refused_and_leaves_nothing(tablet: Tablet) -> None:
    window = await tablet.window()
    devtools = await window.context.new_cdp_session(window)
    # Before the first byte: a browser asks for the room that is left only now and then.
    await devtools.send("Storage.overrideQuotaForOrigin", {"origin": ADDRESS.rstrip("/"), "quotaSize": 12 << 20})
    await call(window, "create", PIN)
    outcome, counts, files = await call(window, "keepTooMuch", 40)
    assert (outcome, counts["pieces"], counts["loose"], files) == ("full", 0, 0, [])
    outcome, counts, files = await call(window, "keepTooMuch", 1)
    assert (outcome, counts["pieces"], counts["loose"], len(files)) == ("kept", 1, 0, 1)


async def test_two_windows_write_one_log_and_tell_each_other_of_it(tablet: Tablet) -> None:
    one = await tablet.window()
    await call(one, "create", PIN)
    other = await tablet.window()
    await call(other, "open", PIN)
    await other.evaluate("() => { globalThis.told = page.next(); }")
    await one.evaluate("() => { globalThis.logged = page.log(20, 'one'); }")
    await call(other, "log", 20, "other")
    await one.evaluate("() => globalThis.logged")
    assert await call(other, "log", 0, "") == list(range(1, 41))
    assert await other.evaluate("() => globalThis.told") == ["entries"]

    await call(one, "burn")
    assert await call(one, "state") == "empty"
    refused = "() => page.log(1, 'late').then(() => 'kept', (error) => error.message)"
    assert await other.evaluate(refused) == "locked"


async def test_copies_are_small_and_stand_upright(tablet: Tablet) -> None:
    upright, turned, unreadable = await call(await tablet.window(), "copies")
    assert (upright, turned, unreadable) == (["image/jpeg", 200, 150], ["image/jpeg", 150, 200], None)
