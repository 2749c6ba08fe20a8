"""A real browser before a real server: Debian's chromium, and `fieldcheck serve` over a copy of the shared world."""

import shutil
from collections.abc import AsyncIterator, Hashable, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from inspection.kernel.command import Role
from tests.browser.desk import WATCH, Desk, SitDown
from tests.browser.reader import Open, Reader, Site
from tests.support.browsers import browser, chromium
from tests.support.once import once
from tests.support.served import PATIENCE_S, Server
from tests.support.world import published_world

__all__ = ["browser", "chromium"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The address of a running server and what it has to show."""
    folder = tmp_path_factory.mktemp("site") / "data"
    world = once(tmp_path_factory, "world", published_world)
    # SQLite lives in one process: the server gets a copy of its own.
    shutil.copytree(world.data_dir, folder)
    server = Server(folder, folder / "server.log")
    server.start()
    yield Site(server.address, folder, {one.role: one.username for one in world.told.people})
    server.stop()


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


@pytest_asyncio.fixture(loop_scope="package")
async def sit_down(browser: Browser, site: Site) -> AsyncIterator[SitDown]:
    """Signs somebody in at the desk, in a window of his own."""
    contexts = []

    async def sit(role: Role, *, width: int = 1440) -> Desk:
        context = await browser.new_context(base_url=site.address, viewport={"width": width, "height": 900})
        context.set_default_timeout(PATIENCE_S * 1000)
        await context.add_init_script(WATCH)
        contexts.append(context)
        desk = Desk(Reader(await context.new_page(), site.address), role)
        await desk.sign_in(site.people[role])
        return desk

    yield sit
    for context in contexts:
        await context.close()
