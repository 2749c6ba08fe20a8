"""Who is at my door? A visitor's phone checks the credential that an inspector shows, with or without a network."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.kernel.clock import SystemClock
from inspection.kernel.credential_keys import LIFETIME, CredentialKeys, credential_keys
from inspection.kernel.keys import load_server_keys
from inspection.visits.credentials.check import Standing
from inspection.visits.credentials.claims import Claims, code_mark, signed
from inspection.visits.credentials.status import Status, signed_list
from tests.browser.reader import Open, Reader, Site
from tests.support.credentials import CASES, CODE, case_text, forgeries

pytestmark = pytest.mark.asyncio(loop_scope="package")
PHONE = 390
VISIT = UUID("019c8d11-0000-7000-8000-0000000000a1")
BEYOND = 100_000
"""A place behind the end of the list: given after the list was made."""


@pytest.fixture
def keys(site: Site) -> CredentialKeys:
    return credential_keys(load_server_keys(site.folder / "keys"), SystemClock().now())


@pytest.fixture
def claims() -> Claims:
    # A minute ago: the server tells its time by whole seconds, and what has just run out may stand for one more.
    now = SystemClock().now() - timedelta(minutes=1)
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


JUDGED = """async ({ cases, keys }) => {
  const { goodList, wordOn } = await import("/assets/credential-check.js");
  const said = {};
  for (const { name, token, list, now, code } of cases)
    said[name] = (await wordOn(token, { keys, list: await goodList(list, keys, now), now, code })).standing;
  return said;
}"""


async def test_the_script_says_the_same_word_as_the_server_in_every_case(
    open_page: Open, keys: CredentialKeys, claims: Claims
) -> None:
    reader = await open_page("/v", width=PHONE)
    told = {"now": claims.issued.timestamp() * 1000, "code": ""}
    texts = {
        name: (case_text(case, claims, keys), case.standing, case.status, case.code) for name, case in CASES.items()
    }
    for name, made in forgeries(claims, keys).items():
        texts[name] = (made, Standing.FORGED, Status.GOOD, "")
    cases = [
        {**told, "name": name, "token": token, "code": code, "list": listed(status, claims, keys)}
        for name, (token, _, status, code) in texts.items()
    ]
    said = await reader.page.evaluate(JUDGED, {"cases": cases, "keys": [dict(jwk) for jwk in keys.known.values()]})
    assert said == {name: standing.value for name, (_, standing, _, _) in texts.items()}


def listed(status: Status, claims: Claims, keys: CredentialKeys) -> str:
    """The list that tells of this credential."""
    return signed_list({claims.number: status}, "https://x/v/status", keys, claims.issued)


SHOWN = {name: case for name, case in CASES.items() if not case.status}
"""What this server, which never gave the credential, can say."""


async def test_each_word_is_told_on_the_page_in_its_one_sentence(
    open_page: Open, keys: CredentialKeys, claims: Claims
) -> None:
    reader = await open_page("/v", width=PHONE)
    said = {}
    texts = {name: case_text(case, claims, keys) for name, case in SHOWN.items()}
    for name, token in (texts | {"forged": forgeries(claims, keys)["another object"]}).items():
        await reader.page.get_by_label("查验码").fill(SHOWN[name].code if name in SHOWN else "")
        await reader.page.evaluate("(token) => { location.hash = token; }", token)
        await reader.page.locator(".verdict.good, .verdict.bad").wait_for()
        said[name] = await reader.page.get_by_role("status").inner_text()
        await reader.page.evaluate("document.querySelector('.verdict').className = 'verdict'")
    words = {name: case.standing for name, case in SHOWN.items()} | {"forged": Standing.FORGED}
    assert said == {name: text(f"visits.credential_{word.value}") for name, word in words.items()}


LATE = """async ([late, next]) => {
  const fetched = window.fetch;
  const held = new Promise((go) => { window.letGo = go; });
  window.fetch = async (...asked) => { window.fetch = fetched; await held; return fetched(...asked); };
  location.hash = late;
  await new Promise((heard) => addEventListener("hashchange", heard, { once: true }));
  location.hash = next;
}"""
"""Shows a credential for which the network takes its time, and another one before that is over."""
DRAWN_ON = """async () => {
  window.letGo();
  for (let frame = 0; frame < 60; frame += 1) await new Promise(requestAnimationFrame);
}"""


async def test_what_is_found_out_late_is_not_said_of_the_credential_that_is_shown_now(
    open_page: Open, keys: CredentialKeys, claims: Claims
) -> None:
    reader = await open_page("/v", width=PHONE)
    await settled(reader)
    good, over = signed(claims, keys), case_text(CASES["over"], claims, keys)
    await reader.page.evaluate(LATE, [good, over])
    await reader.page.locator(".verdict.bad").wait_for()
    await reader.page.evaluate(DRAWN_ON)
    assert await reader.page.get_by_role("status").inner_text() == text("visits.credential_over")


async def test_a_phone_whose_clock_is_wrong_goes_by_the_authoritys_and_says_so_without_a_network(
    open_page: Open, keys: CredentialKeys, claims: Claims
) -> None:
    reader = await open_page("/v", width=PHONE)
    await settled(reader)
    await reader.page.add_init_script("Date.now = () => 86_400_000")
    await reader.goto(f"/v?clock#{signed(claims, keys)}")
    await reader.page.locator(".verdict.good").wait_for()
    await reader.page.context.set_offline(True)
    await reader.goto(f"/v?again#{signed(claims, keys)}")
    await reader.page.locator(".verdict.bad").wait_for()
    assert await reader.page.get_by_role("status").inner_text() == text("visits.credential_clock")


async def settled(reader: Reader) -> None:
    """The page's worker has kept what it needs."""
    await reader.page.evaluate("navigator.serviceWorker.ready")
    await reader.page.wait_for_function(
        "caches.open('credential-1').then((kept) => kept.match('/v/status')).then(Boolean)", polling=100
    )


async def test_once_opened_the_page_checks_another_credential_without_a_network(
    open_page: Open, keys: CredentialKeys, claims: Claims
) -> None:
    reader = await open_page(f"/v#{signed(claims, keys)}", width=PHONE)
    await reader.page.locator(".verdict.good").wait_for()
    await settled(reader)
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
