"""Tokens of other systems do no more than they were given for and end at their day; channels are kept and tried."""

import re
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from api.openapi import operations
from api.permits import PERMITS, Action, is_open, may
from api.token_scopes import READS, WRITES, lets_in
from inspection.authority.systems.issue import issue_system_token
from inspection.authority.systems.rules import TokenScope, lasts_until
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity.channels import store as channels
from inspection.publicity.channels.events import body_of
from inspection.publicity.channels.store_outbox import NewEvent, add_events
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown, well_made
from tests.api.desk.test_admin_people import SECRET
from tests.api.test_permits import address
from tests.conftest import NOW, MakeCommand
from tests.support.routes import routes

TOKENS, CHANNELS = "/desk/admin/tokens", "/desk/admin/channels"
TODAY = local_day(NOW)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def admin(sit_down: SitDown) -> Seat:
    return await sit_down(Role.ADMIN)


async def given_token(admin: Seat, *scopes: TokenScope, username: str = "first.planner") -> str:
    """A token as the page shows it, once."""
    form = {"name": "市平台", "username": username, "scopes[]": [one.value for one in scopes], "last_day": str(TODAY)}
    answer = await admin.send(TOKENS, form)
    well_made(answer)
    found = SECRET.search(answer.text)
    assert found is not None, answer.text
    return found[1]


async def asked(client: httpx.AsyncClient, path: str, token: str) -> int:
    return (await client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


async def test_a_token_opens_what_it_is_for_until_its_day_is_over(
    admin: Seat, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    token = await given_token(admin, TokenScope.PLANS)
    page = await admin.read(TOKENS)
    assert token not in page.text
    assert "市平台" in page.text
    assert await asked(client, "/office/plans?year=2026", token) == 200
    assert await asked(client, "/office/registry/special-registers", token) == 403
    whoami = (await client.get("/office/sessions/current", headers={"Authorization": f"Bearer {token}"})).json()
    assert set(whoami["actions"]) == {"session.read", "plan.read", "task.read"}
    end = lasts_until(TODAY)
    clock.advance(end - clock.now() - timedelta(seconds=1))
    assert await asked(client, "/office/plans?year=2026", token) == 200
    clock.advance(timedelta(seconds=1))
    assert await asked(client, "/office/plans?year=2026", token) == 401


async def test_a_token_is_revoked_at_once_and_opens_no_page_of_the_desk(admin: Seat, client: httpx.AsyncClient) -> None:
    token = await given_token(admin, *TokenScope)
    client.cookies.set("desk", token)
    assert (await client.get("/desk")).status_code == 303
    assert await asked(client, "/desk", token) == 303
    row = re.search(rf"{TOKENS}/[0-9a-f-]+/revoke", (await admin.ask(TOKENS)).text)
    assert row is not None
    await admin.done(row[0])
    assert await asked(client, "/office/plans?year=2026", token) == 401
    assert (await admin.send(row[0])).status_code == 409


async def test_not_even_a_token_for_everything_is_let_in_elsewhere(
    client: httpx.AsyncClient, office: Office, make_cmd: MakeCommand
) -> None:
    told = {"name": "x", "scopes": list(TokenScope), "last_day": TODAY}
    account = office.accounts[Role.PLANNER]
    _, token = await issue_system_token(make_cmd(), authority=office.authority, account=account, **told)
    refused = [
        (method.upper(), address(route.path), action)
        for route, method, handler in operations(routes())
        if "action" in handler.opt and not handler.opt.get("desk") and method != "options"
        if not is_open(action := Action(handler.opt["action"]))
        if not (may(Role.PLANNER, action) and lets_in(TokenScope, action, method.upper()))
    ]
    assert len(refused) > 100
    headers = {"Authorization": f"Bearer {token}"}
    for method, path, action in refused:
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code == 403, (method, path, action, answer.status_code)


def test_no_scope_decides_draws_signs_administers_or_opens_evidence() -> None:
    given = {action for one in TokenScope for action in (*READS[one], *WRITES.get(one, ()))}
    assert Role.DEVICE not in {role for action in given for role in PERMITS[action]}
    forbidden = {
        "draw",
        "visit",
        "media",
        "signature",
        "remark",
        "journal",
        "evidence",
        "dossier",
        "device",
        "authority",
    }
    assert {action.value.partition(".")[0] for action in given} & forbidden == set()
    assert not any(lets_in(TokenScope, Action.PLAN_READ, method) for method in ("POST", "PUT", "PATCH", "DELETE"))
    assert lets_in([TokenScope.IMPORTS], Action.REGISTRY_IMPORT, "POST")
    assert not lets_in([], Action.PLAN_READ, "GET")


async def test_a_token_that_cannot_be_is_refused_and_what_was_typed_is_kept(admin: Seat) -> None:
    good = {"name": "市平台", "username": "first.planner", "scopes[]": ["plans"], "last_day": str(TODAY)}
    for wrong, status in (
        ({"scopes[]": []}, 422),
        ({"scopes[]": ["everything"]}, 422),
        ({"last_day": str(date(2036, 1, 1))}, 422),
        ({"username": "first.admin"}, 422),
        ({"username": "nobody"}, 404),
    ):
        answer = await admin.send(TOKENS, {**good, **wrong})
        assert answer.status_code == status, (wrong, answer.status_code)
        assert 'value="市平台"' in answer.text


async def test_a_channel_is_kept_tried_and_stopped_and_its_secret_is_shown_once(admin: Seat, office: Office) -> None:
    form = {"code": "city", "kind": "webhook", "address": "http://127.0.0.1:9/in"}
    answer = await admin.send(CHANNELS, form)
    found = SECRET.search(well_made(answer) and answer.text)
    assert found is not None
    assert len(bytes.fromhex(found[1])) == 32
    assert found[1] not in (await admin.ask(CHANNELS)).text
    answer = await admin.send(f"{CHANNELS}/city/try")
    assert answer.status_code == 200
    assert "没有应答" in well_made(answer).text
    (channel,) = await channels.channels(office.authority)
    anew = await admin.send(f"{CHANNELS}/city/secret")
    assert "密钥已更换" in well_made(anew).text
    assert (given := SECRET.search(anew.text)) is not None
    assert given[1] != found[1]
    await admin.done(f"{CHANNELS}/city/retire")
    assert (await admin.send(f"{CHANNELS}/city/retire")).status_code == 404
    assert [line.kind for line in await read(f"channel:{channel.id}")] == [
        "channel.set",
        "channel.tried",
        "channel.secret_turned",
        "channel.retired",
    ]
    wrong = await admin.send(CHANNELS, {**form, "address": "http://elsewhere.example"})
    assert wrong.status_code == 422
    assert 'value="http://elsewhere.example"' in wrong.text


async def test_deliveries_are_read_by_those_who_may(sit_down: SitDown) -> None:
    for role in (Role.ADMIN, Role.PLANNER, Role.SUPERVISOR):
        page = await (await sit_down(role)).read("/desk/admin/deliveries?state=dead")
        assert "没有推送记录" in page.text


async def test_of_an_event_that_is_sent_the_desk_says_what_happened(admin: Seat, office: Office) -> None:
    await admin.send(CHANNELS, {"code": "city", "kind": "events", "address": "http://127.0.0.1:9/in"})
    (channel,) = await channels.channels(office.authority)
    body = body_of(EventKind.TASK_COMPLETED, "task:1", 1, NOW, "first", {})
    event = NewEvent(id=channel.id, channel=channel.id, event="task:1:1", subject="task:1", lane="one", body=body)
    await in_unit(add_events, [event], NOW)
    assert "任务完成task:1" in (await admin.read("/desk/admin/deliveries")).text
