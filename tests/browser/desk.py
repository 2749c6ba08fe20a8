"""Somebody at the desk with a real browser, who finds things by what is written on them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from inspection.kernel.catalogue import text
from inspection.kernel.command import Role
from tests.browser.reader import Reader
from tests.support.served import PATIENCE_S
from tests.support.world import PASSWORD

expect.set_options(timeout=PATIENCE_S * 1000)

SitDown = Callable[..., Awaitable["Desk"]]
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (one) => {
    window.violations.push(`${one.effectiveDirective}: ${one.blockedURI} ${one.sample}`);
});
"""
"""Runs before every page: what its policy forbade."""


@dataclass(frozen=True)
class Desk:
    """A window of somebody who is signed in."""

    reader: Reader
    role: Role

    @property
    def page(self) -> Page:
        return self.reader.page

    def says(self, key: str, **facts: object) -> str:
        """A text of the catalogue, as the page shows it."""
        return text(key, **facts)

    async def sign_in(self, username: str) -> None:
        await self.goto("/desk/sign-in")
        await self.fill("desk.username", username)
        await self.fill("desk.password", PASSWORD)
        await self.press("desk.sign_in")
        await self.page.wait_for_url("**/desk")

    async def goto(self, path: str) -> None:
        await self.reader.goto(path)

    async def open(self, key: str, heading: str | None = None) -> None:
        """By the menu. `heading`: where the page calls itself otherwise than the menu does."""
        menu = self.page.get_by_role("navigation", name=self.says("desk.menu"))
        await menu.get_by_role("link", name=self.says(key), exact=True).click()
        await self.is_at(self.says(heading or key))

    async def is_at(self, heading: str) -> None:
        """Sees this heading, on a page as wide as the window, without errors and without requests to elsewhere."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        assert (await self.reader.overflow(), self.reader.troubles, self.reader.foreign) == (0, [], [])

    async def follow(self, key: str, **facts: object) -> None:
        link = self.main.get_by_role("link", name=self.says(key, **facts), exact=True)
        await link.first.click()

    async def press(self, key: str, **facts: object) -> None:
        await self.main.get_by_role("button", name=self.says(key, **facts), exact=True).click()

    async def unfold(self, key: str) -> None:
        """Open what asks before it does something."""
        await self.main.locator("summary").get_by_text(self.says(key), exact=True).click()

    async def fill(self, key: str, told: str) -> None:
        await self.labelled(key).fill(told)

    async def choose(self, key: str, *, label: str | None = None, value: str | None = None) -> None:
        await self.labelled(key).select_option(label=label, value=value)

    async def done(self, key: str) -> None:
        """Reads the sentence of what was just done."""
        await expect(self.main.locator(".done")).to_have_text(self.says(key))

    def labelled(self, key: str) -> Locator:
        """The field with this label that can be seen."""
        return self.main.get_by_label(self.says(key)).filter(visible=True).first

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")
