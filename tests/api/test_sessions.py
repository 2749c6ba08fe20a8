from datetime import timedelta

import httpx
import pytest

from api.throttle import BUDGETS, RateClass
from inspection.authority import store
from inspection.authority.rules import LOCK, LOCK_AFTER
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from tests.api.conftest import PASSWORD, Office
from tests.conftest import MakeCommand
from tests.support.tablets import device_auth

PLANNER = "first.planner"


async def sign_in(client: httpx.AsyncClient, username: str, password: str) -> httpx.Response:
    return await client.post("/office/sessions", json={"username": username, "password": password})


async def test_a_person_signs_in_is_known_and_signs_out(
    client: httpx.AsyncClient, office: Office, settings: Settings, clock: FixedClock
) -> None:
    opened = await sign_in(client, PLANNER, PASSWORD)
    assert opened.status_code == 201
    session = opened.json()
    assert session["role"] == Role.PLANNER
    assert session["authority"] == str(office.authority)
    assert session["expires_at"] == (clock.now() + timedelta(hours=settings.session_hours)).isoformat().replace(
        "+00:00", "Z"
    )
    headers = {"Authorization": f"Bearer {session['token']}"}
    who = (await client.get("/office/sessions/current", headers=headers)).json()
    assert (who["account"], who["name"]) == (str(office.accounts[Role.PLANNER]), "planner of first")
    assert "plan.draft" in who["actions"]
    assert "plan.approve" not in who["actions"]
    assert (await client.delete("/office/sessions/current", headers=headers)).status_code == 204
    again = await client.get("/office/sessions/current", headers=headers)
    assert (again.status_code, again.json()["code"]) == (401, "token-invalid")


async def test_a_token_ends_with_its_time(client: httpx.AsyncClient, office: Office, clock: FixedClock) -> None:
    token = (await sign_in(client, PLANNER, PASSWORD)).json()["token"]
    clock.advance(timedelta(days=1))
    answer = await client.get("/office/sessions/current", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token-invalid")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_wrong_password_and_an_unknown_name_look_alike(client: httpx.AsyncClient, office: Office) -> None:
    wrong = await sign_in(client, PLANNER, "not the password")
    unknown = await sign_in(client, "nobody.at.all", "not the password")
    for answer in (wrong, unknown):
        assert (answer.status_code, answer.json()["code"]) == (401, "login-failed")
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


async def test_an_account_locks_after_wrong_passwords_and_opens_again(
    client: httpx.AsyncClient, office: Office, clock: FixedClock
) -> None:
    for _ in range(LOCK_AFTER):
        assert (await sign_in(client, PLANNER, "not the password")).status_code == 401
    locked = await sign_in(client, PLANNER, PASSWORD)
    assert (locked.status_code, locked.json()["code"]) == (429, "too-many-requests")
    assert locked.headers["retry-after"] == str(int(LOCK.total_seconds()))
    assert (await sign_in(client, "first.leader", PASSWORD)).status_code == 201
    clock.advance(LOCK + timedelta(seconds=1))
    assert (await sign_in(client, PLANNER, PASSWORD)).status_code == 201
    account = await store.account_by_username(PLANNER)
    assert account is not None
    assert account.failures == 0


async def test_an_address_that_tries_many_names_is_slowed_down(client: httpx.AsyncClient, clock: FixedClock) -> None:
    rate = BUDGETS[RateClass.SIGN_IN].address
    answers = [await sign_in(client, f"name{n}", "x") for n in range(rate.burst + 2)]
    assert [answer.status_code for answer in answers] == [401] * rate.burst + [429] * 2
    wait = int(answers[-1].headers["retry-after"])
    assert 0 < wait <= 60 / rate.per_minute + 1
    clock.advance(timedelta(seconds=wait))
    assert (await sign_in(client, "name", "x")).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic Zm9vOmJhcg==",
        "bearer x y",
        "Bearer " + "a" * 600,
        "Bearer äöü",
        "Bearer ../../x",
    ],
)
async def test_what_is_no_token_of_ours_opens_nothing(client: httpx.AsyncClient, header: str) -> None:
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    answer = await client.get("/office/sessions/current", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] in {"unauthenticated", "token-invalid"}


async def test_a_device_is_no_person(client: httpx.AsyncClient, make_cmd: MakeCommand) -> None:
    answer = await client.get("/office/sessions/current", auth=await device_auth(make_cmd()))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
