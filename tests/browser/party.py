"""The party of a visit, with a phone in one hand and the notice in the other."""

from dataclasses import dataclass

from playwright.async_api import FilePayload, Page, expect

from inspection.kernel.catalogue import text
from tests.browser.household import Household
from tests.browser.reader import Reader
from tests.media.pictures import jpeg

GROUNDS = "检查记录与事实不符。"


@dataclass(frozen=True)
class Party:
    """Each step ends at a page that is as wide as the phone, without errors and without requests to elsewhere."""

    phone: Reader
    house: Household
    lang: str

    @property
    def page(self) -> Page:
        return self.phone.page

    @property
    def query(self) -> str:
        return "?lang=en" if self.lang == "en" else ""

    def says(self, key: str, **facts: object) -> str:
        return text(key, self.lang, **facts)

    async def is_at(self, heading: str) -> None:
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        assert (await self.phone.overflow(), self.phone.troubles, self.phone.foreign) == (0, [], [])

    async def follow(self, key: str) -> None:
        await self.page.get_by_role("link", name=self.says(key), exact=True).first.click()

    async def press(self, key: str) -> None:
        await self.page.get_by_role("button", name=self.says(key), exact=True).click()

    async def fill(self, key: str, told: str) -> None:
        await self.page.get_by_label(self.says(key)).fill(told)

    async def scan_the_tablet(self) -> None:
        path, token = self.house.credential.split("#")
        await self.phone.goto(f"{path}{self.query}#{token}")
        await expect(self.page.get_by_role("status")).to_have_text(self.says("visits.credential_good"))

    async def scan_the_notice(self) -> None:
        await self.phone.goto(f"{self.house.door}{self.query}")
        await self.is_at(self.says("entity.code_title"))
        await self.fill("entity.code_label", f" {self.house.shown.code.lower()} ")
        await self.press("entity.code_open")

    async def type_the_code_beside_the_credential(self) -> None:
        await self.fill("pages.credential_code", self.house.shown.code.lower())
        await self.press("pages.credential_check")
        photo = self.page.get_by_alt_text(self.says("pages.credential_photo"))
        await expect(photo).to_be_visible()
        assert await photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 240
        await self.is_at(self.says("pages.credential"))
        await self.follow("pages.credential_door")

    async def see_who_is_there(self) -> None:
        await self.is_at(self.house.party)
        (leader,) = self.house.shown.credentials
        await expect(self.page.get_by_alt_text(self.says("entity.photo_of", name=leader.name))).to_be_visible()

    async def read_what_they_check(self) -> None:
        await self.follow("entity.todo_check")
        await self.is_at(self.says("entity.check_title"))

    async def read_the_notice(self) -> None:
        await self.follow("entity.section_notice")
        await self.is_at(self.says("documents.notice.title"))

    async def acknowledge(self, name: str) -> None:
        await self.fill("entity.acknowledge_name", name)
        await self.press("entity.acknowledge_button")
        await expect(self.page.get_by_role("status")).to_contain_text(name)
        await self.is_at(self.says("documents.notice.title"))

    async def object(self, name: str, attached: str) -> str:
        """The number under which the objection was received."""
        await self.follow("entity.section_objections")
        await self.follow("entity.say_object")
        await self.is_at(self.says("entity.object_title"))
        await self.page.get_by_label(self.says("entity.object_visit")).check()
        await self.fill("entity.object_grounds", GROUNDS)
        await self.page.get_by_label(self.says("entity.object_name"), exact=True).fill(name)
        await self.fill("entity.object_contact", "13800000000")
        chosen = FilePayload(name=attached, mimeType="image/jpeg", buffer=jpeg(200, 100))
        await self.page.get_by_label(self.says("entity.files"), exact=True).set_input_files(chosen)
        await self.press("entity.object_send")
        await self.is_at(self.says("entity.sent_object"))
        assert attached in await self.phone.text()
        return await self.page.locator("dl.facts dd").first.inner_text()

    async def read_the_receipt(self) -> None:
        address = await self.page.get_by_role("link", name=self.says("entity.object_receipt")).get_attribute("href")
        receipt = await self.page.request.get(str(address))
        assert (receipt.status, receipt.headers["content-type"]) == (200, "application/pdf")

    async def see_the_objection(self, number: str) -> None:
        await self.follow("entity.section_objections")
        await self.is_at(self.says("entity.section_objections"))
        assert {number, GROUNDS} <= set((await self.phone.text()).splitlines())
