"""The desk over HTTP, as a browser without scripts uses it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from re import search
from typing import Any

import httpx
import pytest
from litestar import Litestar

from api.desk.session import cookie_name
from inspection.authority import store
from inspection.authority.desk_sessions import open_session
from inspection.kernel.command import Role
from tests.api.conftest import Office
from tests.conftest import MakeCommand
from tests.support.forms import Forms
from tests.support.page import Page

LASTS = timedelta(days=1)
SitDown = Callable[..., Awaitable["Seat"]]


@dataclass
class Seat:
    """Somebody at the desk: a browser with a cookie of its own."""

    http: httpx.AsyncClient

    async def ask(self, path: str, **more: Any) -> httpx.Response:
        """The answer as it is, whatever it is."""
        return await self.http.get(path, **more)

    async def read(self, path: str) -> Page:
        """A page that must be there, and be well made."""
        answer = await self.ask(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("location"), answer.text)
        return well_made(answer)

    async def send(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """A form as a page of this desk sends it; the answer is not followed."""
        page = await self.http.get("/desk")
        found = search(r'name="form_token" value="([^"]+)"', page.text)
        assert found, page.text
        return await self.http.post(path, data={**(form or {}), "form_token": unescape(found[1])}, **more)

    async def done(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> str:
        """Where a form that was taken leads."""
        answer = await self.send(path, form, **more)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return answer.headers["location"]

    async def fill(self, page: str, ending: str, /, files: Any = None, **told: str | list[str]) -> httpx.Response:
        """The form of a page whose address ends so, filled in and sent as a browser does; not followed.

        `told`: by the names of its fields; all others bring what the page has put there.
        """
        form = Forms((await self.ask(page)).text).to(ending)
        return await self.http.post(form.action or page, data=form.filled(told), files=files)

    async def takes(self, page: str, ending: str, /, files: Any = None, **told: str | list[str]) -> Page:
        """The page to which a form leads that was filled in and taken."""
        answer = await self.fill(page, ending, files, **told)
        assert answer.status_code == 303, (page, ending, answer.status_code, answer.text)
        shown = await self.read(answer.headers["location"])
        assert shown.all("form"), answer.headers["location"]
        return shown


def well_made(answer: httpx.Response) -> Page:
    """The page, with nothing that a browser or a screen reader would stumble over."""
    page = Page(answer.text)
    assert page.faults == [], page.faults
    return page


@pytest.fixture
def sit_down(app: Litestar, office: Office, make_cmd: MakeCommand) -> SitDown:
    """Seats somebody of the first office, or of another one, at the desk: signed in with a second factor, without
    typing anything.
    """

    async def sit(role: Role, place: Office = office) -> Seat:
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://testserver"
        )
        account = await store.account(place.accounts[role])
        assert account is not None
        cmd = make_cmd(now=app.state.process.clock.now())
        opened = await open_session(cmd, account, browser="Tests", lasts=LASTS, factor="passkey")
        http.cookies.set(cookie_name(app.state.process), opened.token)
        return Seat(http)

    return sit
