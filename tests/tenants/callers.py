"""Everybody of an authority who can ask for something: each role by token and at the desk, other systems, tablets."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import httpx
from litestar import Litestar

from api.desk.session import cookie_name
from inspection.authority import store
from inspection.authority.desk_sessions import open_session
from inspection.authority.store import AccountRow
from inspection.authority.systems.issue import issue_system_token
from inspection.authority.systems.rules import TokenScope
from inspection.authority.tokens import issue_token
from inspection.kernel.command import Actor, Command, Role
from tests.support.tablets import Bearer, device_auth
from tests.tenants.world import AFTER

LASTS = timedelta(days=1)
BY_MACHINE = (Role.PLANNER, Role.SUPERVISOR, Role.LEGAL)
"""Whose tokens other systems hold: between them their roles may read whatever a scope lets in."""


@dataclass(frozen=True)
class Caller:
    """Somebody with a client of his own. `role`: as the table of permits has it; `desk`: whether it is a browser, whose
    forms bear `form_token`.
    """

    name: str
    role: Role
    desk: bool
    http: httpx.AsyncClient
    form_token: str = ""


@asynccontextmanager
async def callers(app: Litestar, cmd: Command, authority: UUID, devices: list[UUID]) -> AsyncIterator[list[Caller]]:
    """One of each kind. A client shows itself with every request."""
    people: dict[Role, AccountRow] = {}
    for account in await store.accounts(authority):
        people.setdefault(account.role, account)
    told: list[tuple[str, Role, bool, httpx.Auth | None, dict[str, str]]] = []
    for role, account in people.items():
        own = Command(Actor(str(account.id), account.name, role), cmd.now, cmd.entropy, authority)
        token = await issue_token(own, expires=cmd.now + LASTS, account_id=account.id)
        told.append((f"{role} by token", role, False, Bearer(token), {}))
        opened = await open_session(own, account, browser="Tests", lasts=LASTS, factor="passkey")
        told.append((f"{role} at the desk", role, True, None, {cookie_name(app.state.process): opened.token}))
        if role in BY_MACHINE:
            _, machine = await issue_system_token(
                own, authority=authority, account=account.id, name="机", scopes=set(TokenScope), last_day=AFTER.date()
            )
            told.append((f"a system of the {role}", role, False, Bearer(machine), {}))
    told += [("a tablet", Role.DEVICE, False, await device_auth(cmd, one), {}) for one in devices[:1]]
    async with AsyncExitStack() as open_:
        found = []
        for name, role, desk, auth, cookies in told:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            http = httpx.AsyncClient(
                transport=transport,
                base_url="http://testserver",
                auth=auth,
                cookies=cookies,
                headers={"Accept-Encoding": "identity", "Fieldcheck-Contract": "2"},
            )
            who = await open_.enter_async_context(http)
            found.append(Caller(name, role, desk, who, await _form_token(who) if desk else ""))
        yield found


async def _form_token(http: httpx.AsyncClient) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', (await http.get("/desk")).text)
    assert found
    return html.unescape(found[1])
