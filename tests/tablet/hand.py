"""What a person does with a tablet: by what is written on the screen, never by how the page is built."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from re import Pattern
from typing import Any

from playwright.async_api import Locator, Page, expect

from mobile_contract.envelope import EntryLine, parse_entry
from tests.tablet.screen import Screen
from tests.tablet.words import pattern, word

PIN = "246813"
TIMED = """(card, recorded) => new Promise((done) => {
  const begin = performance.now();
  const watch = new MutationObserver(() => {
    if (!card.textContent.includes(recorded)) return;
    watch.disconnect();
    done(performance.now() - begin);
  });
  watch.observe(card, { subtree: true, childList: true, characterData: true });
  card.querySelector("[role=radio]").click();
})"""


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

    async def close(self, sheet: Locator) -> None:
        """Close a sheet, and wait until what stood in it is gone: a closed sheet is emptied a moment later."""
        shut = self.page.get_by_role("button", name=self.says("common.close"), exact=True, include_hidden=True)
        await self.press("common.close", sheet)
        await expect(shut).to_have_count(0)

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
        """A step of the visit by its address, as an app that was killed comes back to it."""
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

    # -- the check points ------------------------------------------------------------------------------------------

    def point(self, code: str) -> Locator:
        """The card of a check point, by the code at its head."""
        head = self.page.get_by_role("heading", level=3).filter(has_text=f"检查点{code}")
        return self.page.get_by_role("article").filter(has=head)

    async def answer(self, code: str, value: str) -> None:
        """Choose an answer, and wait until the tablet says that it is kept."""
        card = self.point(code)
        await card.get_by_role("radio", name=self.says(f"common.{value}"), exact=True).click()
        await expect(card.get_by_text(self.kept()).first).to_be_visible()

    async def answer_timed(self, number: int) -> float:
        """Answer the check point at this place of the list; milliseconds until the tablet says that it is kept."""
        card = self.page.get_by_role("article").nth(number)
        await card.scroll_into_view_if_needed()
        return float(await card.evaluate(TIMED, self.says("list.recorded")))

    def kept(self) -> Pattern[str]:
        """What stands at an answer once it is kept here, or at the server too."""
        return re.compile(f"{self.says('list.recorded')}|{self.says('list.delivered')}")

    async def remark(self, code: str, text: str) -> None:
        """Say more about an answer."""
        await (
            self.point(code)
            .get_by_role("button", name=self.says("list.comment_of", text=f"检查点{code}"), exact=True)
            .click()
        )
        sheet = self.page.get_by_role("dialog")
        await sheet.get_by_label(self.says("list.comment"), exact=True).fill(text)
        await self.press("list.save_comment", sheet)
        await self.close(sheet)
        await expect(self.point(code).get_by_text(text)).to_be_visible()

    async def open_point(self, code: str) -> None:
        """Everything about a check point."""
        await (
            self.point(code)
            .get_by_role("button", name=self.says("list.details_of", text=f"检查点{code}"), exact=True)
            .click()
        )
        await self.page.get_by_role("dialog").wait_for()

    async def photograph(self, code: str, picture: bytes | Path) -> None:
        """Take a photo at a check point; the camera's file is given, a large one as it lies on the disk."""
        taken: Any = picture
        if isinstance(picture, bytes):
            taken = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture}
        field = self.page.get_by_label(self.says("list.photo_of", text=f"检查点{code}"), exact=True)
        await field.set_input_files(taken)

    async def check_everything(self, answers: dict[str, str], picture: bytes) -> None:
        """Every check point, with the remark and the photo that the third one asks for."""
        for code, value in answers.items():
            await self.answer(code, value)
        await self.remark("f3", "灭火器压力不足")
        await self.photograph("f3", picture)
        await expect(self.point("f3").get_by_text(self.says("list.photos", count=1))).to_be_visible()

    # -- the end ---------------------------------------------------------------------------------------------------

    async def read_back_and_let_the_party_sign(self, name: str) -> None:
        await self.press("end.read_open")
        await self.press("end.read_done", self.page.get_by_role("dialog"))
        sheet = self.page.get_by_role("dialog", name=self.says("end.sign_party_title"))
        await sheet.get_by_label(re.compile("^" + re.escape(self.says("end.signer_name")))).fill(name)
        await self._draw_and_keep(sheet)

    async def sign(self) -> None:
        """The inspector's own signature."""
        await self.press("end.own_sign")
        await self._draw_and_keep(self.page.get_by_role("dialog", name=self.says("end.sign_own_title")))

    async def submit(self) -> None:
        """Hand the own part over, whatever the app has to remark."""
        await self.press("end.submit")
        done = self.page.get_by_role("heading", level=3, name=self.says("end.submitted"))
        sure = self.button("end.submit_anyway")
        await expect(done.or_(sure)).to_be_visible()
        if await sure.is_visible():
            await sure.click()
        await done.wait_for()

    async def _draw_and_keep(self, sheet: Locator) -> None:
        box = await sheet.get_by_role("group", name=self.says("end.pad_label")).bounding_box()
        assert box is not None
        mouse = self.page.mouse
        for stroke in (0.3, 0.6):
            await mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * stroke)
            await mouse.down()
            for number in range(1, 16):
                slant = 0.2 if number % 2 else 0.0
                await mouse.move(
                    box["x"] + box["width"] * (0.1 + 0.05 * number), box["y"] + box["height"] * (stroke + slant)
                )
            await mouse.up()
        await self.press("end.sign_keep", sheet)
        await sheet.wait_for(state="detached")

    # -- the sync --------------------------------------------------------------------------------------------------

    async def deliver(self) -> None:
        """Go to the sync screen, have it done, and wait until it says that nothing is here alone."""
        await self.go_sync()
        await self.sync()
        await self.sees(self.says("sync.nothing_here"))

    async def sync(self) -> None:
        """Press the button and wait until the pass is over."""
        await self.press("sync.now")
        await expect(self.button("sync.now")).to_be_enabled()

    async def get_ready(self, code: str) -> None:
        """Make a fresh tablet one's own and have all that a day without a network needs."""
        await self.enrol(code)
        await self.screen.settle()
        await self.deliver()

    async def export(self) -> dict[str, tuple[bytes, bytes | None, bytes]]:
        """Every entry in the file of last resort: header, body and signature byte for byte, by hash."""
        await self.go_sync()
        await self.press("sync.export")
        sheet = self.page.get_by_role("dialog")
        await self.press("sync.export", sheet)
        async with self.page.expect_download() as begun:
            await self.press("sync.export_save", sheet)
        path = await (await begun.value).path()
        with zipfile.ZipFile(path) as file:
            lines = file.read("entries.ndjson").splitlines()
        entries = [parse_entry(EntryLine.model_validate_json(line)) for line in lines]
        await self.page.keyboard.press("Escape")
        return {entry.text_hash: (entry.p, entry.b, entry.sig) for entry in entries}
