"""The scripts of the pages in a browser without a server: modules are imported from their files, on an empty page."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Route

from api.pages.render import ASSETS, asset

ORIGIN = "http://localhost"


async def emptied(browser: Browser, html: str = "<!doctype html><title>-</title>", **options: Any) -> Page:
    """A page with this HTML; style sheets and scripts are those that the site serves, and it reaches nothing else."""
    context: BrowserContext = await browser.new_context(base_url=ORIGIN, **options)

    async def fulfil(route: Route) -> None:
        name = urlsplit(route.request.url).path.removeprefix("/assets/")
        if name in ASSETS:
            await route.fulfill(body=asset(name)[0], content_type=f"{ASSETS[name]}; charset=utf-8")
        else:
            await route.fulfill(body=html, content_type="text/html; charset=utf-8")

    await context.route("**/*", fulfil)
    page = await context.new_page()
    await page.goto("/")
    return page


async def call(page: Page, module: str, expression: str, given: Any = None) -> Any:
    """What `expression` comes to in the browser; in it `m` is the module, `h` the one of the hashes."""
    modules = f"const [m, h] = [await import('/assets/{module}.js'), await import('/assets/draw-hashes.js')]"
    source = f"async (given) => {{ {modules}; return ({expression}); }}"
    return await page.evaluate(source, given)


def packed(files: Mapping[str, bytes]) -> dict[str, str]:
    """A bundle's files as they travel into the browser."""
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


UNPACKED = "new Map(Object.entries(given).map(([n, t]) => [n, Uint8Array.from(atob(t), (c) => c.charCodeAt(0))]))"
