"""What lets one kind of caller in lets it in at its own door only: every closed route × every kind of bearer."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.desk.session import cookie_name
from api.entity.session import COOKIE, session_value
from api.permits import PERMITS, Action, is_open
from inspection.authority.systems.issue import issue_system_token
from inspection.authority.systems.rules import TokenScope
from inspection.authority.tokens import issue_device_token
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from mobile_contract.client.auth import DeviceAuth
from mobile_contract.client.key import DeviceKey
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown
from tests.api.test_permits import address, routes_of
from tests.conftest import MakeCommand
from tests.support.tablets import KEY, Bearer

THIEF = DeviceKey.of_entropy(b"the key of a thief".ljust(48, b"."))
LINK = "0123456789ABCDEFGHJK"


class Scheme(httpx.Auth):
    """A token under a scheme that is not its own."""

    def __init__(self, scheme: str, token: str) -> None:
        self._told = f"{scheme} {token}"

    def auth_flow(self, request):
        """Show it."""
        request.headers["Authorization"] = self._told
        yield request


@pytest.fixture
async def strangers(
    office: Office,
    app: Litestar,
    sit_down: SitDown,
    make_cmd: MakeCommand,
    clock: FixedClock,
    token_for: Callable[[UUID], Awaitable[str]],
) -> dict[str, httpx.Auth]:
    """Bearers that are good, each somewhere else than where it is shown."""
    cmd = make_cmd()
    cookie = cookie_name(app.state.process)
    seat = await sit_down(Role.ADMIN)
    device = await issue_device_token(cmd, expires=cmd.now + timedelta(hours=1), device_id=cmd.new_id(), kid=KEY.kid)
    person = await token_for(office.accounts[Role.PLANNER])
    door = session_value(app.state.process.keys, LINK, 1, clock.now() + timedelta(hours=1))
    return {
        "the cookie of the desk as a token": Bearer(seat.http.cookies[cookie]),
        "the cookie of a door as a token": Bearer(door),
        "a device's token without a proof": Bearer(device),
        "a device's token with another key's proof": DeviceAuth(THIEF, lambda: device, lambda _: None),
        "a person's token under the other scheme": Scheme("DPoP", person),
        "a password": Scheme("Basic", "Zmlyc3QuYWRtaW46YSBsb25nIGVub3VnaCBwYXNzd29yZA=="),
        "half a token": Bearer(person[:-1]),
    }


async def test_no_bearer_is_one_at_another_door(
    client: httpx.AsyncClient, app: Litestar, strangers: dict[str, httpx.Auth]
) -> None:
    closed = [route for route in routes_of(app, desk=False) if not is_open(route[2])]
    assert len(closed) > 200
    for kind, bearer in strangers.items():
        for path, method, _ in closed:
            answer = await client.request(method, address(path), auth=bearer)
            assert answer.status_code == 401, (kind, method, path)
            assert answer.headers["www-authenticate"].split()[0] in {"Bearer", "DPoP"}


async def test_a_cookie_opens_nothing_where_a_token_is_asked_for(
    client: httpx.AsyncClient, app: Litestar, sit_down: SitDown
) -> None:
    seat = await sit_down(Role.ADMIN)
    door = session_value(app.state.process.keys, LINK, 1, app.state.process.clock.now() + timedelta(hours=1))
    client.cookies.update(seat.http.cookies)
    client.cookies.set(COOKIE, door)
    for path, method, action in routes_of(app, desk=False):
        if not is_open(action):
            assert (await client.request(method, address(path))).status_code == 401, (method, path)


async def test_no_token_opens_the_desk(
    client: httpx.AsyncClient,
    app: Litestar,
    office: Office,
    strangers: dict[str, httpx.Auth],
    make_cmd: MakeCommand,
    token_for: Callable[[UUID], Awaitable[str]],
) -> None:
    cmd = make_cmd(authority=office.authority)
    _, system = await issue_system_token(
        cmd,
        authority=office.authority,
        account=office.accounts[Role.PLANNER],
        name="x",
        scopes=frozenset(TokenScope),
        last_day=cmd.now.date() + timedelta(days=1),
    )
    tokens = {role: await token_for(account) for role, account in office.accounts.items()}
    shown = {**strangers, "a system's": Bearer(system), **{f"{role}'s": Bearer(one) for role, one in tokens.items()}}
    for path, method, action in routes_of(app):
        if not path.startswith("/desk") or is_open(action) or method not in {"get", "post"}:
            continue
        may = sorted(PERMITS[action] & tokens.keys())
        for kind in (f"{may[0]}'s", "a system's", "the cookie of the desk as a token"):
            client.cookies.clear()
            answer = await client.request(method, address(path), auth=shown[kind])
            assert (answer.status_code, answer.headers["location"][:13]) == (303, "/desk/sign-in"), (kind, method, path)
        client.cookies.set(cookie_name(app.state.process), tokens[may[0]])
        assert (await client.request(method, address(path))).status_code == 303, (method, path)


def test_every_action_of_devices_is_a_devices_alone() -> None:
    assert {Action.SYNC_PUSH, Action.SYNC_PULL, Action.MEDIA_UPLOAD} <= {
        action for action, roles in PERMITS.items() if roles == {Role.DEVICE}
    }
