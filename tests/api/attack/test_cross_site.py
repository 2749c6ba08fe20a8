"""What a page of somebody else's can make a browser do here: nothing."""

from html import unescape
from re import search
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from litestar import Litestar

from api.desk.session import cookie_name
from api.desk.sign_in import SIGN_IN
from api.openapi import operations
from api.permits import STAFF, Action, is_open, may
from inspection.kernel.journal.tables import JournalLine
from tests.api.conftest import PASSWORD, Office
from tests.api.desk.conftest import SitDown
from tests.api.test_permits import address
from tests.support.forms import Forms
from tests.support.routes import routes

EVIL = "https://evil.example"
FOREIGN = (
    {"Origin": EVIL},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
)


def forms() -> list[tuple[str, Action]]:
    """The address of every form of the desk that somebody signed in may send."""
    return [
        (address(route.path), action)
        for route, method, handler in operations(routes())
        if method == "post" and handler.opt.get("desk") and not is_open(action := Action(handler.opt["action"]))
    ]


async def test_no_form_of_the_desk_is_taken_from_another_site_even_with_its_token(sit_down: SitDown) -> None:
    sent = 0
    for role in sorted(STAFF):
        seat = await sit_down(role)
        found = search(r'name="form_token" value="([^"]+)"', (await seat.ask("/desk")).text)
        assert found
        told = {"form_token": unescape(found[1])}
        lines = await JournalLine.count()
        for number, (path, action) in enumerate(forms()):
            if may(role, action):
                sent += 1
                answer = await seat.http.post(path, data=told, headers=FOREIGN[number % len(FOREIGN)])
                assert answer.status_code in {403, 404}, (role, path, answer.status_code)
        assert await JournalLine.count() == lines, role
        assert (await seat.ask("/desk")).status_code == 200, "nobody was signed out"
    assert sent > 300


async def sign_in(client: httpx.AsyncClient, asked: str = "", **more: Any) -> httpx.Response:
    """Send the form of the page to sign in, as a browser does."""
    form = Forms((await client.get(f"{SIGN_IN}{asked}")).text).forms[0]
    told = form.filled({"username": "first.planner", "password": PASSWORD})
    return await client.post(SIGN_IN, data=told, **more)


async def test_nobody_is_signed_in_by_another_site(client: httpx.AsyncClient, office: Office) -> None:
    for headers in FOREIGN:
        answer = await sign_in(client, headers=headers)
        assert answer.status_code == 403, headers
        assert "set-cookie" not in answer.headers
    assert (await sign_in(client)).status_code == 303


async def test_no_answer_lets_another_site_read_it(client: httpx.AsyncClient, app: Litestar) -> None:
    asked = {"Origin": EVIL, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for path in sorted({address(route.path) for route, _, _ in operations(routes())}):
        for method in ("OPTIONS", "GET"):
            if path == "/v1/sync/events" and method == "GET":
                continue
            answer = await client.request(method, path, headers=asked)
            assert not [name for name in answer.headers if name.startswith("access-control-")], (method, path)
            assert answer.headers["x-frame-options"] == "DENY", path
            if path != "/v/worker.js":  # no page, and what it may fetch is told by its own policy
                assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path


async def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(
    client: httpx.AsyncClient, app: Litestar, office: Office
) -> None:
    name = cookie_name(app.state.process)
    cookies = []
    for _ in range(2):
        client.cookies.clear()
        client.cookies.set(name, "planted-by-a-thief-0123456789abcdef0123456789")
        answer = await sign_in(client)
        (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
        assert "planted" not in cookie
        assert {"httponly", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
        cookies.append(cookie.split(";")[0])
    assert cookies[0] != cookies[1], "each sign-in has a session of its own"


@pytest.mark.parametrize(
    "told",
    ["//evil.example", f"{EVIL}/desk", "/\\evil.example", "/desk\r\nX: y", "javascript:alert(1)", "/desk/../e/x"],
)
async def test_signing_in_leads_nowhere_else(client: httpx.AsyncClient, office: Office, told: str) -> None:
    answer = await sign_in(client, f"?{urlencode({'next': told})}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
