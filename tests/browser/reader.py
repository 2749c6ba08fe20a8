"""Somebody who reads the pages, and notices what a test must never see."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Page, Request, Response

from inspection.kernel.command import Role

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
Open = Callable[..., Awaitable["Reader"]]


@dataclass
class Reader:
    """A page in a window. `foreign`: requests to anywhere else; `troubles`: errors of the console, failed requests."""

    page: Page
    address: str
    foreign: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("console", lambda message: self._said(message.type, message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("response", self._answered)
        self.page.on("requestfailed", self._failed)

    async def goto(self, path: str) -> None:
        await self.page.goto(path, wait_until="load")

    async def text(self) -> str:
        """What the page says, as a person reads it."""
        return await self.page.locator("body").inner_text()

    async def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    async def focus(self) -> dict[str, Any]:
        """The element that has the keyboard, and how one sees that it has."""
        seen: dict[str, Any] = await self.page.evaluate(
            """() => {
                const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
                return {
                    tag: at.tagName, text: at.innerText || at.name || "", id: at.id,
                    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
                    width: box.width, height: box.height, left: box.left, right: box.right, top: box.top,
                };
            }"""
        )
        return seen

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self.foreign.append(url)

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.troubles.append(f"{kind}: {text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        # Who goes on to the next page while a picture still comes gives the picture up; that is no trouble.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"failed ({request.failure}): {request.url}")


@dataclass(frozen=True)
class Site:
    """A running server, what is published on it, the folder of its data, and the user names of its people."""

    address: str
    folder: Path
    people: Mapping[Role, str]

    @cached_property
    def results(self) -> list[dict[str, Any]]:
        """The newest results, as the JSON list tells them."""
        answer = httpx.get(f"{self.address}/public/results.json?limit=100", trust_env=False)
        found: list[dict[str, Any]] = answer.json()["results"]
        return found

    @cached_property
    def reference(self) -> dict[str, Any]:
        """The OpenAPI document."""
        found: dict[str, Any] = httpx.get(f"{self.address}/schema/openapi.json", trust_env=False, timeout=60).json()
        return found

    @cached_property
    def operations(self) -> list[tuple[str, str]]:
        """(method, path) of everything that the OpenAPI document describes."""
        paths = self.reference["paths"]
        return sorted((method.upper(), path) for path, item in paths.items() for method in item if method in METHODS)

    @cached_property
    def sections(self) -> int:
        """How many tags sort the operations; those without any stand in a section of their own."""
        told = (
            tuple(one.get("tags", ["default"])) for item in self.reference["paths"].values() for one in item.values()
        )
        return len({tag for tags in told for tag in tags})

    def path(self, name: str, lang: str = "zh") -> str:
        """The address of a public page in a language."""
        first = self.results[0]
        paths = {
            "home": "/",
            "results": "/results",
            "items": "/items",
            "result": f"/results/{first['number']}",
            "draw": f"/draws/{first['document']['drawId']}",
        }
        return paths.get(name, f"/{name}") + ("?lang=en" if lang == "en" else "")
