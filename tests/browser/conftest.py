"""A real browser before a real server: Debian's chromium, and `fieldcheck serve` over a copy of the shared world."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Hashable, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.browser.reader import Open, Reader, Site
from tests.support.once import once
from tests.support.world import published_world

CHROMIUM = Path("/usr/bin/chromium")
COMMAND = Path(sys.executable).parent / "fieldcheck"
PATIENCE_S = 240
"""For what takes as long as the machine is busy; a hang ends all the same."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The address of a running server and what it has to show."""
    folder = tmp_path_factory.mktemp("site") / "data"
    # SQLite lives in one process: the server gets a copy of its own.
    shutil.copytree(once(tmp_path_factory, "world", published_world).data_dir, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "server.log"
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "FIELDCHECK_RATE_LIMIT": "false"}
    with log.open("wb") as out:
        words = [COMMAND, "--data-dir", folder, "serve", "--port", str(port)]
        server = subprocess.Popen(words, stdout=out, stderr=out, env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, server, log)
            yield Site(address, folder)
        finally:
            server.terminate()
            assert server.wait(PATIENCE_S) in {0, -15}, log.read_text()
    assert '"level": "error"' not in log.read_text()


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail(f"the server did not become ready:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Never skipped: what people see is tested or the run fails."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: run `make browser`, or install Debian's package chromium")
    return str(CHROMIUM)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium, one for all tests of this folder."""
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium)
        yield found
        await found.close()


@pytest_asyncio.fixture(loop_scope="package")
async def open_page(browser: Browser, site: Site) -> AsyncIterator[Open]:
    """Opens an address of the site in a window of its own; every window is closed at the end."""
    contexts = []

    async def open_(path: str, *, width: int = 1280, scripts: bool = True) -> Reader:
        context = await browser.new_context(
            base_url=site.address, viewport={"width": width, "height": 844}, java_script_enabled=scripts
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        contexts.append(context)
        reader = Reader(await context.new_page(), site.address)
        await reader.goto(path)
        return reader

    yield open_
    for context in contexts:
        await context.close()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def windows(browser: Browser) -> AsyncIterator[dict[Hashable, BrowserContext]]:
    """Windows that stay open, by their width and whether scripts run in them."""
    opened: dict[Hashable, BrowserContext] = {}
    yield opened
    for context in opened.values():
        await context.close()


@pytest_asyncio.fixture(loop_scope="package")
async def open_tab(browser: Browser, site: Site, windows: dict[Hashable, BrowserContext]) -> AsyncIterator[Open]:
    """Opens an address in a tab of a window that stays: half the time, for pages that leave nothing on the device."""
    tabs = []

    async def open_(path: str, *, width: int = 1280, scripts: bool = True) -> Reader:
        if (width, scripts) not in windows:
            windows[width, scripts] = await browser.new_context(
                base_url=site.address, viewport={"width": width, "height": 844}, java_script_enabled=scripts
            )
            windows[width, scripts].set_default_timeout(PATIENCE_S * 1000)
        tabs.append(await windows[width, scripts].new_page())
        reader = Reader(tabs[-1], site.address)
        await reader.goto(path)
        return reader

    yield open_
    for tab in tabs:
        await tab.close()
