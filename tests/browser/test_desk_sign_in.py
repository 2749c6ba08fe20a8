"""Signing in at the desk in a real browser: a password and the code of an app, and a passkey of a virtual device."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from pyotp import TOTP

from api.schema import all_tables
from inspection.authority.found import found_authority, open_account
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from tests.browser.reader import Reader
from tests.support.browsers import barriers
from tests.support.served import PATIENCE_S, Server

pytestmark = pytest.mark.asyncio(loop_scope="package")

PASSWORD = "seven green umbrellas"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    """A server with an approver and an administrator, at a name: browsers offer passkeys to no address of numbers."""
    folder = tmp_path_factory.mktemp("desk") / "data"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "fieldcheck.sqlite3")
    asyncio.run(_people(f"sqlite:///{folder / 'fieldcheck.sqlite3'}"))
    server = Server(folder, folder / "server.log")
    server.settings = {
        "FIELDCHECK_RATE_LIMIT": "false",
        "FIELDCHECK_PUBLIC_URL": f"http://localhost:{server.port}",
    }
    server.start()
    yield server
    server.stop()


async def _people(url: str) -> None:
    cmd = Command(SYSTEM, NOW, SystemEntropy())
    async with running(open_engine(url), all_tables()):
        owner = await found_authority(
            cmd, code="a1", name="某区商务局", short_name="某商", rule_set="weihai-jingkai-commerce"
        )
        for role, name in ((Role.APPROVER, "李分管"), (Role.ADMIN, "系统管理员")):
            await open_account(
                cmd, authority=owner.id, unit=None, username=role.value, name=name, role=role, password=PASSWORD
            )


@pytest_asyncio.fixture(loop_scope="package")
async def seat(browser: Browser, desk: Server) -> AsyncIterator[Reader]:
    """A window at the desk."""
    address = f"http://localhost:{desk.port}"
    context = await browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_S * 1000)
    yield Reader(await context.new_page(), address)
    await context.close()


async def sign_in(seat: Reader, username: str) -> None:
    await seat.goto("/desk/sign-in")
    await seat.page.fill("#username", username)
    await seat.page.fill("#password", PASSWORD)
    await seat.page.click("form:has(#username) button")


async def sign_out(seat: Reader) -> None:
    await seat.page.click(".who button")
    await seat.page.wait_for_url("**/desk/sign-in")


def path(seat: Reader) -> str:
    return seat.page.url.removeprefix(seat.address).partition("?")[0]


async def test_a_password_and_the_code_of_an_app_open_the_desk(seat: Reader) -> None:
    await sign_in(seat, "approver")
    await seat.page.wait_for_url("**/desk/account/factors")
    assert await barriers(seat.page) == []
    await seat.page.fill("#password-app", PASSWORD)
    await seat.page.click("form:has(#password-app) button")
    await seat.page.wait_for_url("**/desk/account/app")
    assert await seat.page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 0")
    assert await barriers(seat.page) == []
    await seat.page.click("summary")
    app = TOTP((await seat.page.locator("details code").inner_text()).replace(" ", ""))
    shown = app.now()
    await seat.page.fill("#code", shown)
    await seat.page.click("form:has(#code) button")
    await seat.page.wait_for_url("**/desk/account/factors?*")
    await seat.page.fill("#password-codes", PASSWORD)
    await seat.page.click("form:has(#password-codes) button")
    codes = await seat.page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    await sign_out(seat)
    await sign_in(seat, "approver")
    await seat.page.wait_for_url("**/desk/sign-in/code?*")
    assert await barriers(seat.page) == []
    # The code that was shown at first is used up; the app shows another one only in half a minute.
    for typed, opened in ((shown, False), (codes[0], True)):
        await seat.page.fill("#code", typed)
        await seat.page.click("form:has(#code) button")
        await seat.page.wait_for_load_state()
        assert (path(seat) == "/desk") is opened
    assert await barriers(seat.page) == []
    assert [one for one in seat.troubles if "401" not in one] == []
    assert seat.foreign == []


async def test_a_passkey_is_set_up_and_signs_in_alone(seat: Reader) -> None:
    device = await seat.page.context.new_cdp_session(seat.page)
    await device.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": told})
    await sign_in(seat, "admin")
    await seat.page.fill("#name", "办公室电脑")
    await seat.page.fill("#password-passkey", PASSWORD)
    await seat.page.click("form[data-passkey=create] button")
    await seat.page.wait_for_url("**/desk/account/factors?*")
    assert "办公室电脑" in await seat.text()
    await sign_out(seat)
    await seat.page.click("form[data-passkey=get] button")
    await seat.page.wait_for_url(re.compile(r"/desk$"))
    await sign_out(seat)
    await sign_in(seat, "admin")
    await seat.page.wait_for_url("**/desk/sign-in/code?*")
    await seat.page.click("form[data-passkey=get] button")
    await seat.page.wait_for_url(re.compile(r"/desk$"))
    assert "系统管理员" in await seat.text()
    assert (seat.troubles, seat.foreign) == ([], [])
