"""What a person does with a tablet: by what is written on the screen, never by how the page is built."""

from dataclasses import dataclass
from re import Pattern

from playwright.async_api import Locator, Page, expect

from tests.tablet.screen import Screen
from tests.tablet.words import pattern, word

PIN = "246813"


@dataclass
class Hand:
    """Somebody with a tablet, who reads its screen in `lang`."""

    screen: Screen
    lang: str = "zh"

    @property
    def page(self) -> Page:
        return self.screen.page

    def says(self, key: str, **given: object) -> str:
        """What the app calls something."""
        return word(key, self.lang, **given)

    def button(self, key: str, within: Locator | None = None, **given: object) -> Locator:
        """A button or a link that looks like one."""
        name, place = self.says(key, **given), within or self.page.locator("body")
        return place.get_by_role("button", name=name, exact=True).or_(place.get_by_role("link", name=name, exact=True))

    async def press(self, key: str, within: Locator | None = None, **given: object) -> None:
        """Press what bears this name."""
        await self.button(key, within, **given).click()

    async def choose(self, question: str, answer: str) -> None:
        """Choose one of a few."""
        group = self.page.get_by_role("radiogroup", name=self.says(question))
        await group.get_by_role("radio", name=self.says(answer)).click()

    async def write(self, key: str, text: str) -> None:
        """Fill a field."""
        await self.page.get_by_label(self.says(key), exact=True).fill(text)

    async def sees(self, text: str | Pattern[str]) -> None:
        """Wait until it is on the screen."""
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def heading(self, key: str) -> None:
        """Wait for a screen by its heading."""
        await self.page.get_by_role("heading", level=1, name=self.says(key), exact=True).wait_for()

    # -- who -------------------------------------------------------------------------------------------------------

    async def unpack(self, code: str, name: str = "平板一号") -> None:
        """Open the app on a fresh tablet and fill in what it asks."""
        await self.screen.open()
        await self.heading("enrol.title")
        await self.write("enrol.code", code)
        await self.write("enrol.name", name)
        await self.write("enrol.pin", PIN)
        await self.write("enrol.pin_again", PIN)

    async def enrol(self, code: str, name: str = "平板一号") -> None:
        """Make a fresh tablet the inspector's own, and wait until its visits are here."""
        await self.unpack(code, name)
        await self.press("enrol.submit")
        await self.heading("today.title")
        await self.visits().first.wait_for()

    async def unlock(self) -> None:
        """Open the lock by its keys."""
        await self.heading("unlock.title")
        pad = self.page.get_by_role("group", name=self.says("unlock.pad"))
        for digit in PIN:
            await pad.get_by_role("button", name=digit, exact=True).click()
        await self.press("unlock.open")
        await self.page.get_by_role("heading", level=1, name=pattern("unlock.title", self.lang)).wait_for(
            state="detached"
        )

    # -- where -----------------------------------------------------------------------------------------------------

    async def go_today(self) -> None:
        await self.page.goto("/tablet/#/today")
        await self.heading("today.title")

    async def go_sync(self) -> None:
        await self.page.goto("/tablet/#/sync")
        await self.heading("sync.title")

    def visits(self) -> Locator:
        """The visits of the list."""
        return self.page.get_by_role("main").get_by_role("listitem").get_by_role("link")

    async def open_visit(self) -> None:
        """The first visit of the list, its overview."""
        await self.go_today()
        await self.visits().first.click()
        await self.page.get_by_role("heading", level=2, name=self.says("visit.steps")).wait_for()

    async def step(self, visit: object, name: str) -> None:
        """A step of a visit by its address, as the bar of steps leads there."""
        await self.page.goto(f"/tablet/#/visit/{visit}/{name}")

    # -- at the door -----------------------------------------------------------------------------------------------

    async def arrive(self) -> None:
        await self.press("door.locate")
        await self.press("door.arrive")
        await self.button("door.arrive").wait_for(state="detached")

    async def go_through_the_door(self) -> None:
        """Arrive, show the certificates, announce the recording, ask for recusal, serve the notice: in their order."""
        await self.arrive()
        await self.press("door.shown_button")
        await self.press("door.recording_fine")
        await self.press("door.recusal_no")
        await self.choose("door.how", "door.how_shown")
        await self.press("door.serve")
        await expect(self.page.get_by_role("radiogroup", name=self.says("door.how"))).to_have_count(0)
