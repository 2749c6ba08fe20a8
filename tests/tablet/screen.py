"""One tablet before one's eyes: the browser's window, what went wrong in it unseen, and what axe finds on it."""

from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Page

from tests.support.browsers import barriers

VIOLATIONS = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
KEPT = """(async () => {
  const registration = await navigator.serviceWorker.ready;
  while (registration.active?.state !== "activated" || !navigator.serviceWorker.controller)
    await new Promise((on) => setTimeout(on, 20));
})()"""
"""Until the service worker holds all of the app and answers for this page."""


@dataclass
class Screen:
    """A window in which the app is open. `errors`: what the page threw and nobody caught."""

    context: BrowserContext
    page: Page
    errors: list[str] = field(default_factory=list)

    @classmethod
    async def of(cls, context: BrowserContext) -> "Screen":
        """The window of a context; its first one, if it has any."""
        await context.add_init_script(VIOLATIONS)
        page = context.pages[0] if context.pages else await context.new_page()
        screen = cls(context, page)
        page.on("pageerror", lambda error: screen.errors.append(str(error)))
        return screen

    async def open(self, fragment: str = "") -> None:
        """The app from its address."""
        await self.page.goto(f"/tablet/{fragment}", wait_until="load")

    async def settle(self) -> None:
        """Until the app is kept on the tablet."""
        await self.page.evaluate(KEPT)

    async def offline(self, gone: bool = True) -> None:
        """Out of every network's reach, or back."""
        await self.context.set_offline(gone)

    async def refused(self) -> list[str]:
        """What the content security policy kept from happening."""
        found: list[str] = await self.page.evaluate("window.refused")
        return found

    async def barriers(self) -> list[str]:
        """What axe finds on this screen against WCAG 2.2 AA, in words.

        In a window so high that nothing has to be scrolled out from under the bar: axe takes that for covered.
        """
        held = self.page.viewport_size
        assert held is not None
        await self.page.set_viewport_size({"width": held["width"], "height": 4000})
        return await barriers(self.page)
