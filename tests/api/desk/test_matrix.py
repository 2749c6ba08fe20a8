"""Every page and form of the desk × every role: whoever has no mark for its action is refused, and nobody who is not
signed in sees anything.
"""

import pytest

from api.desk.sign_in import SIGN_IN
from api.openapi import operations
from api.permits import STAFF, Action, is_open, may
from inspection.kernel.settings import Settings
from tests.api.desk.conftest import SitDown
from tests.api.test_permits import address, some_of
from tests.support.routes import routes


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Every page is asked for within one instant, which nobody may do otherwise."""
    return settings.model_copy(update={"rate_limit": False})


def places(*, closed: bool) -> list[tuple[str, str, Action]]:
    """(method, address, action) of the routes of the desk."""
    return [
        (method.upper(), address(route.path), action)
        for route, method, handler in operations(routes())
        if handler.opt.get("desk") and method in {"get", "post"}
        if is_open(action := Action(handler.opt["action"])) is not closed
    ]


def test_nothing_but_signing_in_is_open() -> None:
    assert {path for _, path, _ in places(closed=False)} == {SIGN_IN}
    assert {("GET", "/desk"), ("POST", "/desk/sign-out")} <= {place[:2] for place in places(closed=True)}


async def test_every_page_asks_whoever_is_not_signed_in(sit_down: SitDown) -> None:
    seat = await sit_down(next(iter(STAFF)))
    seat.http.cookies.clear()
    for method, path, _ in places(closed=True):
        answer = await seat.http.request(method, path)
        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith(SIGN_IN), (method, path)


async def test_every_page_and_form_refuses_a_role_without_a_mark(sit_down: SitDown) -> None:
    seats = {role: await sit_down(role) for role in sorted(STAFF)}
    for place, (method, path, action) in enumerate(places(closed=True)):
        for role in some_of((one for one in STAFF if not may(one, action)), place):
            answer = await seats[role].http.request(method, path)
            assert answer.status_code == 403, (role, method, path)


async def test_no_form_is_taken_without_the_token_of_its_session(sit_down: SitDown) -> None:
    seats = {role: await sit_down(role) for role in sorted(STAFF)}
    for place, (method, path, action) in enumerate(places(closed=True)):
        for role in some_of((one for one in STAFF if may(one, action)), place) if method == "POST" else ():
            answer = await seats[role].http.request(method, path, data={"form_token": "guessed"})
            # What is not there is not there, whoever asks; what is there takes no such form.
            assert answer.status_code in {403, 404}, (role, method, path, answer.status_code)
