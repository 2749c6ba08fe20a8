"""Signing in with a second factor over HTTP: who is led where, which cookie opens what, and one's own account."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from html import unescape
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from pyotp import TOTP

from api.desk.browsers import browser_name
from api.desk.known import LASTS, account_of, cookie_value
from api.desk.session import cookie_name
from inspection.authority import store, store_factors
from inspection.authority.rules import LOCK_AFTER
from inspection.authority.set_password import set_password
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.keys import load_server_keys
from inspection.kernel.settings import Settings
from tests.api.conftest import PASSWORD, Office
from tests.api.desk.conftest import Seat, SitDown
from tests.conftest import NOW, MakeCommand
from tests.support.passkeys import SoftPasskey

NEW = "seven green umbrellas"
STEP = timedelta(seconds=30)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site with a name: passkeys are good nowhere else."""
    return settings.model_copy(update={"public_url": "https://fieldcheck.example", "rate_limit": False})


@pytest.fixture
def browser(app: Litestar, office: Office) -> Seat:
    """A browser that nobody has signed in from."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return Seat(httpx.AsyncClient(transport=transport, base_url="https://fieldcheck.example"))


async def post(seat: Seat, page: str, path: str, **form: str) -> httpx.Response:
    """A form as `page` sends it."""
    shown = await seat.http.get(page)
    found = re.search(r'name="form_token" value="([^"]+)"', shown.text)
    assert found, (page, shown.status_code, shown.headers.get("location"))
    return await seat.http.post(path, data={**form, "form_token": unescape(found[1])})


async def options(seat: Seat, page: str) -> str:
    found = re.search(r'data-options="([^"]+)"', (await seat.http.get(page)).text)
    assert found, page
    return unescape(found[1])


async def sign_in(seat: Seat, role: Role = Role.PLANNER, password: str = PASSWORD) -> httpx.Response:
    return await post(seat, "/desk/sign-in", "/desk/sign-in", username=f"first.{role}", password=password)


async def set_up_app(seat: Seat, clock: FixedClock) -> TOTP:
    begun = await post(seat, "/desk/account/factors", "/desk/account/app", password=PASSWORD)
    assert (begun.status_code, begun.headers["location"]) == (303, "/desk/account/app")
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", (await seat.ask("/desk/account/app")).text)
    assert found
    picture = await seat.ask("/desk/account/app.svg")
    assert (picture.headers["content-type"], picture.headers["cache-control"]) == ("image/svg+xml", "no-store")
    app = TOTP(found[1].replace(" ", ""))
    code = app.at(clock.now())
    done = await post(seat, "/desk/account/app", "/desk/account/app/confirm", code=code)
    assert done.headers["location"].startswith("/desk/account/factors?done=")
    return app


async def test_a_role_that_must_have_a_second_factor_sets_one_up_before_anything_else(
    browser: Seat, clock: FixedClock
) -> None:
    assert (await sign_in(browser, Role.APPROVER)).headers["location"] == "/desk"
    for path in ("/desk", "/desk/plans", "/desk/account", "/desk/sign-in/code"):
        answer = await browser.ask(path)
        assert answer.status_code == 303
    assert (await browser.ask("/desk/plans")).headers["location"] == "/desk/account/factors"
    assert (await browser.ask("/desk/plans", headers={"hx-request": "true"})).headers["hx-redirect"]
    before = browser.http.cookies[cookie_name_of(browser)]
    app = await set_up_app(browser, clock)
    assert browser.http.cookies[cookie_name_of(browser)] != before
    assert (await browser.ask("/desk/plans")).status_code == 200
    made = await post(browser, "/desk/account/factors", "/desk/account/codes", password=PASSWORD)
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", made.text)
    assert len(codes) == 10
    await post(browser, "/desk", "/desk/sign-out")
    clock.advance(2 * STEP)
    half = await sign_in(browser, Role.APPROVER)
    assert half.headers["location"] == "/desk/sign-in/code?next=%2Fdesk"
    assert (await browser.ask("/desk")).headers["location"] == "/desk/sign-in/code"
    assert 'href="/desk/plans"' not in (await browser.ask("/desk/sign-in/code")).text
    wrong = await post(browser, "/desk/sign-in/code", "/desk/sign-in/code", code="000000")
    assert wrong.status_code == 401
    right = await post(
        browser, "/desk/sign-in/code", "/desk/sign-in/code", code=app.at(clock.now()), next="/desk/plans"
    )
    assert right.headers["location"] == "/desk/plans"
    assert (await browser.ask("/desk/plans")).status_code == 200


def cookie_name_of(seat: Seat) -> str:
    return next(name for name in seat.http.cookies if name.endswith("desk"))


async def test_a_passkey_is_a_second_factor_and_signs_in_alone(browser: Seat, clock: FixedClock) -> None:
    await sign_in(browser, Role.ADMIN)
    passkey, page = SoftPasskey(), "/desk/account/factors"
    answer = passkey.made(await options(browser, page))
    form = {"credential": answer, "name": "办公室电脑"}
    assert (await post(browser, page, "/desk/account/passkeys", password="guessed it", **form)).status_code == 401
    done = await post(browser, page, "/desk/account/passkeys", password=PASSWORD, **form)
    assert done.status_code == 303, done.text
    assert "办公室电脑" in (await browser.read(page)).text
    await post(browser, "/desk", "/desk/sign-out")
    given = passkey.given(await options(browser, "/desk/sign-in"))
    alone = await post(browser, "/desk/sign-in", "/desk/sign-in", credential=given, next="/desk/admin")
    assert alone.headers["location"] == "/desk/admin"
    await post(browser, "/desk", "/desk/sign-out")
    assert (await post(browser, "/desk/sign-in", "/desk/sign-in", credential=given)).status_code == 401
    await sign_in(browser, Role.ADMIN)
    second = passkey.given(await options(browser, "/desk/sign-in/code"))
    assert (await post(browser, "/desk/sign-in/code", "/desk/sign-in/code", credential=second)).status_code == 303
    assert (await browser.ask("/desk")).status_code == 200


async def test_a_password_that_somebody_else_gave_is_changed_first(
    browser: Seat, office: Office, make_cmd: MakeCommand
) -> None:
    account = office.accounts[Role.PLANNER]
    await set_password(make_cmd(), account, NEW, must_change=True)
    await sign_in(browser, password=NEW)
    page = "/desk/account/password"
    assert (await browser.ask("/desk/plans")).headers["location"] == page
    typed = {"current": NEW, "new": "a better password of mine", "again": "a better password of mine"}
    for wrong, status in (
        ({"again": "another one altogether"}, 409),
        ({"current": "guessed it is"}, 401),
        ({"new": "password2026", "again": "password2026"}, 422),
        ({"new": NEW, "again": NEW}, 409),
    ):
        answer = await post(browser, page, page, **(typed | wrong))
        assert answer.status_code == status, wrong
        assert not any(one in answer.text for one in typed.values())
    assert (await post(browser, page, page, **typed)).headers["location"] == "/desk?done=desk.done_password"
    assert (await browser.ask("/desk/plans")).status_code == 200


async def test_the_cookie_opens_nothing_in_the_api_and_a_bearer_token_nothing_at_the_desk(
    sit_down: SitDown, office: Office, app: Litestar, token_for: Callable[[UUID], Awaitable[str]]
) -> None:
    seat = await sit_down(Role.PLANNER)
    name = cookie_name(app.state.process)
    cookie = seat.http.cookies[name]
    for headers in ({}, {"Authorization": f"Bearer {cookie}"}):
        assert (await seat.ask("/office/sessions/current", headers=headers)).status_code == 401
    token = await token_for(office.accounts[Role.PLANNER])
    seat.http.cookies.clear()
    headers = {"Authorization": f"Bearer {token}"}
    assert (await seat.ask("/office/sessions/current", headers=headers)).status_code == 200
    assert (await seat.ask("/desk", headers=headers)).headers["location"] == "/desk/sign-in"
    seat.http.cookies.set(name, token)
    assert (await seat.ask("/desk")).headers["location"] == "/desk/sign-in"


async def test_a_stranger_locks_strangers_out_and_not_the_browser_that_is_known(browser: Seat) -> None:
    await sign_in(browser)
    await post(browser, "/desk", "/desk/sign-out")
    kept = dict(browser.http.cookies)
    browser.http.cookies.clear()
    for _ in range(LOCK_AFTER):
        assert (await sign_in(browser, password="wrong password")).status_code == 401
    assert (await sign_in(browser)).status_code == 429
    browser.http.cookies.update(kept)
    assert (await sign_in(browser)).status_code == 303


async def test_one_sees_and_ends_ones_own_sessions_only(sit_down: SitDown, office: Office) -> None:
    here, there, stranger = [await sit_down(role) for role in (Role.PLANNER, Role.PLANNER, Role.APPROVER)]
    page = (await here.ask("/desk/account")).text
    (other,) = re.findall(r"/desk/account/sessions/([0-9a-f-]{36})/end", page)
    path = f"/desk/account/sessions/{other}/end"
    assert (await stranger.send(path)).status_code == 404
    assert (await there.ask("/desk")).status_code == 200
    assert await here.done(path) == "/desk/account?done=desk.done_session_ended"
    assert (await there.ask("/desk")).status_code == 303
    third = await sit_down(Role.PLANNER)
    await here.done("/desk/account/sessions/end")
    assert [(await seat.ask("/desk")).status_code for seat in (here, third, stranger)] == [200, 303, 200]


async def test_a_session_that_nobody_uses_ends(sit_down: SitDown, clock: FixedClock, settings: Settings) -> None:
    seat = await sit_down(Role.PLANNER)
    idle = timedelta(minutes=settings.desk_idle_minutes)
    clock.advance(idle - STEP)
    assert (await seat.ask("/desk")).status_code == 200
    clock.advance(idle - STEP)
    assert (await seat.ask("/desk")).status_code == 200
    clock.advance(idle)
    assert (await seat.ask("/desk")).status_code == 303


async def test_the_api_asks_for_the_second_factor_in_plain_words(
    browser: Seat, office: Office, clock: FixedClock
) -> None:
    credentials = {"username": f"first.{Role.SUPERVISOR}", "password": PASSWORD}
    refused = await browser.http.post("/office/sessions", json=credentials)
    assert (refused.status_code, refused.json()["code"]) == (403, "sign-in-at-desk")
    await sign_in(browser, Role.SUPERVISOR)
    app = await set_up_app(browser, clock)
    clock.advance(2 * STEP)
    refused = await browser.http.post("/office/sessions", json=credentials)
    assert (refused.status_code, refused.json()["code"]) == (401, "second-factor-needed")
    opened = await browser.http.post("/office/sessions", json=credentials | {"code": app.at(clock.now())})
    assert opened.status_code == 201
    account = await store.account(office.accounts[Role.SUPERVISOR])
    assert account is not None
    assert account.failures == 0
    assert (await store_factors.count_factors(account.id)).time == 1


async def test_factors_are_taken_away_by_whoever_knows_the_password(browser: Seat, clock: FixedClock) -> None:
    await sign_in(browser, Role.PLANNER)
    await set_up_app(browser, clock)
    page, remove = "/desk/account/factors", "/desk/account/app/remove"
    assert (await post(browser, page, remove, password="guessed it")).status_code == 401
    assert (await post(browser, page, remove, password=PASSWORD)).status_code == 303
    assert (await post(browser, page, remove, password=PASSWORD)).status_code == 404
    assert (await browser.ask("/desk/account/app.svg")).status_code == 404


async def test_pages_of_ones_account_are_well_made(sit_down: SitDown) -> None:
    seat = await sit_down(Role.INSPECTOR)
    for path in ("/desk/sign-in", "/desk/account", "/desk/account/password", "/desk/account/factors"):
        await seat.read(path)


def test_a_browser_is_known_for_its_account_and_for_a_while(settings: Settings) -> None:
    office_id = UUID(int=9)
    keys = load_server_keys(settings.data_dir / "keys")
    value = cookie_value(office_id, keys, NOW)
    assert account_of(value, keys, NOW + LASTS - STEP) == office_id
    assert account_of(value, keys, NOW + LASTS) is None
    assert account_of(value.replace("9", "8", 1), keys, NOW) is None
    assert account_of("", keys, NOW) is None


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Linux"),
        ("", "?, ?"),
        ("<script>", "?, ?"),
    ],
)
def test_a_browser_is_named_in_words_of_ours(told: str, named: str) -> None:
    assert browser_name(told) == named
