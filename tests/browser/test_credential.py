"""Who is at my door? A visitor's phone checks the credential that an inspector shows, with or without a network."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.kernel.clock import SystemClock
from inspection.kernel.credential_keys import LIFETIME, CredentialKeys, credential_keys
from inspection.kernel.keys import load_server_keys, server_keys
from inspection.visits.credentials.claims import Claims, code_mark, signed
from tests.browser.reader import Open, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")
PHONE = 390
VISIT = UUID("019c8d11-0000-7000-8000-0000000000a1")
CODE = "K7QM-2XWF"
NOBODY = server_keys(Ed25519PrivateKey.from_private_bytes(bytes(32)))
BEYOND = 100_000
"""A place behind the end of the list: given after the list was made."""


@pytest.fixture
def keys(site: Site) -> CredentialKeys:
    return credential_keys(load_server_keys(site.folder / "keys"), SystemClock().now())


@pytest.fixture
def claims() -> Claims:
    now = SystemClock().now()
    today = local_day(now)
    return Claims(
        visit=VISIT,
        number=BEYOND,
        name="赵一",
        unit="信用监管科",
        certificate="示例省 11000000001",
        authority="示例区市场监督管理局",
        task="2026年第一季度不定向抽查",
        object_name="示例区和顺百货店",
        object_code="92110000MA00000X1A",
        opens=today - timedelta(days=1),
        closes=today + timedelta(days=1),
        code=code_mark(CODE, VISIT),
        issued=now,
        expires=now + LIFETIME,
    )


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_a_good_credential_names_who_stands_at_which_door_and_sends_it_to_nobody(
    open_page: Open, site: Site, keys: CredentialKeys, claims: Claims, lang: str
) -> None:
    reader = await open_page("/v" + ("?lang=en" if lang == "en" else "") + f"#{signed(claims, keys)}", width=PHONE)
    sent: list[str] = []
    reader.page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    await reader.page.locator(".verdict.good").wait_for()
    said = await reader.text()
    assert text("visits.credential_good", lang) in said
    for told in (claims.name, claims.certificate, claims.object_name, claims.authority):
        assert told in said
    assert await reader.overflow() <= 0
    assert not any(signed(claims, keys).split(".")[1] in one for one in sent)
    assert (reader.troubles, reader.foreign) == ([], [])


ALTERED: dict[str, Callable[[Claims], dict[str, Any]]] = {
    "expired": lambda claims: {"expires": claims.issued - timedelta(seconds=1)},
    "other-day": lambda claims: {"closes": claims.opens},
}


@pytest.mark.parametrize("standing", ["expired", "other-day", "forged", "other-visit"])
async def test_each_credential_that_is_not_good_is_told_in_one_sentence(
    open_page: Open, keys: CredentialKeys, claims: Claims, standing: str
) -> None:
    shown = replace(claims, **ALTERED[standing](claims)) if standing in ALTERED else claims
    token = signed(shown, keys)
    if standing == "forged":
        token = signed(claims, replace(credential_keys(NOBODY, claims.issued), kid=keys.kid))
    reader = await open_page(f"/v#{token}", width=PHONE)
    if standing == "other-visit":
        await reader.page.locator(".verdict.good").wait_for()
        await reader.page.get_by_label("查验码").fill("0000-0000")
        await reader.page.keyboard.press("Enter")
    await reader.page.locator(".verdict.bad").wait_for()
    assert await reader.page.get_by_role("status").inner_text() == text(f"visits.credential_{standing}")


async def test_once_opened_the_page_checks_another_credential_without_a_network(
    open_page: Open, keys: CredentialKeys, claims: Claims
) -> None:
    reader = await open_page(f"/v#{signed(claims, keys)}", width=PHONE)
    await reader.page.locator(".verdict.good").wait_for()
    await reader.page.evaluate("navigator.serviceWorker.ready")
    await reader.page.wait_for_function(
        "caches.open('credential-1').then((kept) => kept.match('/v/status')).then(Boolean)", polling=100
    )
    await reader.page.context.set_offline(True)
    other = replace(claims, name="钱二", visit=UUID(int=7))
    await reader.page.goto(f"/v?again#{signed(other, keys)}")
    await reader.page.locator(".verdict.good").wait_for()
    assert "钱二" in await reader.text()


async def test_without_scripts_a_pasted_credential_is_checked_by_the_server(
    open_page: Open, keys: CredentialKeys, claims: Claims
) -> None:
    reader = await open_page("/v", width=PHONE, scripts=False)
    await reader.page.get_by_label("凭证或者二维码网址").fill(f"https://x/v#{signed(claims, keys)}"[:-4] + "AAAA")
    await reader.page.get_by_role("button").click()
    assert text("visits.credential_forged") in await reader.text()
