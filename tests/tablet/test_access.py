"""Nobody is shut out: every screen, in both languages, against WCAG 2.2 AA as far as axe can see."""

from dataclasses import dataclass, field

import pytest

from tests.media.pictures import jpeg
from tests.support.served import Server
from tests.tablet.conftest import NewScreen
from tests.tablet.hand import Hand
from tests.tablet.place import Office, Place

pytestmark = pytest.mark.asyncio(loop_scope="package")

LOCALES = {"zh": "zh-CN", "en": "en"}


@dataclass
class Walk:
    """Somebody who looks at every screen; `barriers`: what axe found, by screen."""

    hand: Hand
    place: Place
    barriers: dict[str, list[str]] = field(default_factory=dict)

    async def look(self, name: str) -> None:
        self.barriers[name] = await self.hand.screen.barriers()

    async def come_in(self, code: str) -> None:
        hand = self.hand
        await hand.unpack(code)
        await self.look("enrol")
        await hand.press("enrol.submit")
        await hand.visits().first.wait_for()
        await self.look("today")
        await hand.open_visit()
        await self.look("visit")

    async def check(self) -> None:
        hand = self.hand
        await hand.step(self.place.visit, "door")
        await hand.button("door.locate").wait_for()
        await self.look("door")
        await hand.step(self.place.visit, "list")
        await hand.answer("f1", "no")
        await hand.photograph("f1", jpeg(400, 300))
        await self.look("list")
        await hand.open_point("f1")
        await self.look("point")
        await hand.close(hand.page.get_by_role("dialog"))
        await hand.step(self.place.visit, "evidence")
        await hand.heading("evidence.title")
        await self.look("evidence")

    async def end(self) -> None:
        hand = self.hand
        # What was announced lies over the screen for some seconds; a fresh page announces nothing.
        await hand.page.reload()
        await hand.unlock()
        await hand.step(self.place.visit, "end")
        await hand.button("end.read_open").wait_for()
        await self.look("end")
        await hand.press("end.read_open")
        await hand.button("end.read_done").wait_for()
        await self.look("paper")
        await hand.press("end.read_done")
        await hand.page.get_by_role("group", name=hand.says("end.pad_label")).wait_for()
        await self.look("signature")
        await hand.page.keyboard.press("Escape")

    async def go_home(self) -> None:
        hand = self.hand
        await hand.go_sync()
        await self.look("sync")
        await hand.page.goto("/tablet/#/settings")
        await hand.heading("settings.title")
        await self.look("settings")
        await hand.page.reload()
        await hand.heading("unlock.title")
        await self.look("unlock")


@pytest.mark.parametrize("lang", LOCALES)
async def test_every_screen_is_open_to_everybody(
    new_screen: NewScreen, standing: Server, place: Place, lang: str
) -> None:
    screen = await new_screen(standing.address, locale=LOCALES[lang])
    walk = Walk(Hand(screen, lang), place)
    await walk.come_in(Office(place, standing.address, standing.folder).code())
    await walk.check()
    await walk.end()
    await walk.go_home()
    assert {name: found for name, found in walk.barriers.items() if found} == {}
    assert len(walk.barriers) == 13
    assert (await screen.refused(), screen.errors) == ([], [])
