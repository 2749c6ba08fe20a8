"""An administrator names receivers; the office sees what was sent to them, and sends again what was given up."""

import httpx
import pytest

from inspection.kernel.command import Role
from tests.api.line import SignedIn

ASKED = {"kind": "webhook", "address": "https://city.example.test/in"}


async def test_a_receiver_is_named_replaced_and_dropped(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    admin = await signed_in(Role.ADMIN)
    first = (await client.put("/office/channels/city", json=ASKED, headers=admin)).json()
    second = (await client.put("/office/channels/city", json=ASKED | {"all_so_far": True}, headers=admin)).json()
    assert len(first["secret"]) == len(second["secret"]) == 64
    assert first["secret"] != second["secret"]
    listed = (await client.get("/office/channels", headers=admin)).json()
    assert listed == [{"code": "city", **ASKED, "events": []}]
    assert (await client.delete("/office/channels/city", headers=admin)).status_code == 204
    assert (await client.get("/office/channels", headers=admin)).json() == []
    assert (await client.delete("/office/channels/city", headers=admin)).status_code == 404


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("City", ASKED),
        ("a" * 41, ASKED),
        ("city", ASKED | {"address": "http://192.0.2.1/"}),
        ("city", ASKED | {"address": "javascript:alert(1)"}),
    ],
)
async def test_what_will_not_do_is_refused_with_what_would(
    client: httpx.AsyncClient, signed_in: SignedIn, code: str, asked: dict[str, object]
) -> None:
    answer = await client.put(f"/office/channels/{code}", json=asked, headers=await signed_in(Role.ADMIN))
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


async def test_the_outbox_is_seen_at_the_office_and_what_is_not_dead_is_not_sent_again(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    supervisor = await signed_in(Role.SUPERVISOR)
    outbox = await client.get("/office/deliveries", params={"state": "dead"}, headers=supervisor)
    assert outbox.json() == {"waiting": 0, "dead": 0, "deliveries": []}
    unknown = "/office/deliveries/00000000-0000-4000-8000-000000000000/again"
    assert (await client.post(unknown, headers=supervisor)).status_code == 403
    answer = await client.post(unknown, headers=await signed_in(Role.PLANNER))
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
