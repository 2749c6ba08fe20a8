"""Tablets before a real server: Debian's chromium, and `fieldcheck serve` over a copy of a small place."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright, expect

from tests.support.browsers import browser, chromium
from tests.support.once import once
from tests.support.served import PATIENCE_S, Server
from tests.tablet.place import Office, Place, make_place
from tests.tablet.screen import Screen

__all__ = ["browser", "chromium"]

expect.set_options(timeout=PATIENCE_S * 1000)

TABLET = {"width": 800, "height": 1280}
DOOR = {"latitude": 36.06, "longitude": 120.38, "accuracy": 12}
HELD = {
    "viewport": TABLET,
    "has_touch": True,
    "locale": "zh-CN",
    "permissions": ["geolocation"],
    "geolocation": DOOR,
}
"""How a tablet is held, and where."""
NewScreen = Callable[..., Awaitable[Screen]]


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Place:
    return once(tmp_path_factory, "tablet-place", partial(make_place, template=sqlite_template))


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Server]:
    """A server that nobody stops: for tests that leave nothing in it that others would notice."""
    folder = tmp_path_factory.mktemp("standing")
    server = Server(place.copied(folder / "data"), folder / "server.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(tmp_path: Path, place: Place) -> Iterator[Server]:
    """A server of this test's own; it may be killed."""
    server = Server(place.copied(tmp_path / "data"), tmp_path / "server.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def office(server: Server, place: Place) -> Office:
    return Office(place, server.address, server.folder)


@pytest_asyncio.fixture(loop_scope="package")
async def new_screen(browser: Browser) -> AsyncIterator[NewScreen]:
    """Takes a fresh tablet out of its box, for the server at an address; all of them are put away at the end."""
    contexts: list[BrowserContext] = []

    async def new(address: str, **how: object) -> Screen:
        context = await browser.new_context(base_url=address, **{**HELD, **how})
        context.set_default_timeout(PATIENCE_S * 1000)
        contexts.append(context)
        return await Screen.of(context)

    yield new
    for context in contexts:
        await context.close()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def playwright() -> AsyncIterator[Playwright]:
    """For browsers that are killed and come back."""
    async with async_playwright() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="package")
async def lasting(playwright: Playwright, chromium: str, tmp_path: Path) -> AsyncIterator[NewScreen]:
    """Opens the same tablet again and again: whatever its browser wrote to disk is there when it comes back."""
    opened: list[BrowserContext] = []
    profile = tmp_path / "profile"

    async def open_(address: str) -> Screen:
        if opened:
            await opened.pop().close()
        context = await playwright.chromium.launch_persistent_context(
            str(profile), executable_path=chromium, base_url=address, **HELD
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        opened.append(context)
        return await Screen.of(context)

    yield open_
    for context in opened:
        await context.close()
    shutil.rmtree(profile, ignore_errors=True)
