"""The supervisor's part of a draw over HTTP: chains, keys, links, escrow, the signed word; and one answer for all firms
before the draw is closed."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from inspection.draw import store_tickets
from inspection.draw.lot.chain import chain_of
from inspection.draw.supervision.escrow import key_fingerprint, open_escrow, point
from inspection.draw.verify import verify_full
from inspection.kernel.command import Role
from inspection.registry.objects.tables import InspectionObject
from tests.api.line import DICE, TO_THE_TASK, ComeTo, Walk

LINKS = chain_of(bytes(32), 4)
PRIVATE = ec.derive_private_key(3**60, ec.SECP256R1())
PUBLIC = point(PRIVATE.public_key())
CHAIN = "监察室链"


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_TASK)


async def supervised(walk: Walk) -> str:
    """The path of a draw that is planned with a chain and dice, under an escrow, and frozen."""
    chain = await walk.post(Role.SUPERVISOR, "/office/supervision/chains", {"name": CHAIN, "head": LINKS[-1].hex()})
    key = await walk.post(Role.SUPERVISOR, "/office/supervision/keys", {"public_key": PUBLIC.hex()})
    walk.ids |= {"chain": chain["id"], "key": key["id"]}
    dice = {"kind": "DICE", "name": "dice", "witnesses": ["notary"]}
    body = {"tasks": [{"task": walk.ids["task_id"]}], "contributors": [dice, {"kind": "LINK", "name": CHAIN}]}
    planned = await walk.post(Role.PLANNER, "/office/draws", body)
    path = f"/office/draws/{planned['draw']}"
    walk.ids["draw_id"] = planned["draw"]
    assert (await walk.post(Role.PLANNER, f"{path}/feasibility"))["state"] == "feasible"
    frozen = await walk.post(Role.APPROVER, f"{path}/freeze")
    assert (frozen["state"], frozen["level"], frozen["sequence"], frozen["focused"]) == ("frozen", "L2", 1, [])
    return path


async def sealed(walk: Walk) -> str:
    path = await supervised(walk)
    await walk.post(Role.PLANNER, f"{path}/link-request", {"name": CHAIN})
    await walk.post(Role.SUPERVISOR, f"{path}/contributions", {"name": CHAIN, "value": LINKS[-2].hex()})
    await walk.post(Role.PLANNER, f"{path}/contributions", {"name": "dice", "dice": DICE})
    await walk.post(Role.SUPERVISOR, f"{path}/contributions", {"name": "dice", "dice": DICE})
    await walk.post(Role.PLANNER, f"{path}/execute")
    await walk.post(Role.PLANNER, f"{path}/match")
    await walk.post(Role.SECTION_HEAD, f"{path}/seal")
    return path


async def refused(walk: Walk, role: Role, path: str, body: dict[str, Any]) -> tuple[int, str, str]:
    """Status, and what the refusal says in Chinese and in English."""
    answers = [
        await walk.ask(role, "POST", path, json=body, headers={"Accept-Language": lang}) for lang in ("zh-CN", "en")
    ]
    told = [answer.json() for answer in answers]
    assert answers[0].status_code >= 400
    return answers[0].status_code, told[0]["detail"], told[1]["detail"]


async def test_the_supervisor_s_own_machine_verifies_what_the_platform_forgot(walk) -> None:
    path = await sealed(walk)
    answer = await walk.ask(Role.SUPERVISOR, "POST", f"{path}/secrets")
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    files = {name.rsplit("/", 1)[-1]: bundle.read(name) for name in bundle.namelist()}
    assert "secret.json" not in files
    told = json.loads(files["ceremony.json"])
    key = open_escrow(PRIVATE, bytes.fromhex(told["escrow"]), draw=UUID(told["draw"]).bytes)
    files["secret.json"] = json.dumps({"key": key.hex()}).encode()
    assert [check for check in verify_full(files) if not check.ok] == []
    signed = {"version": "fieldcheck-verify 0.1.0", "good": True}
    await walk.post(Role.SUPERVISOR, f"{path}/verified", signed)
    public = await walk.client.get(f"/public{path.removeprefix('/office')}.json")
    assert [one["version"] for one in public.json()["verified"]] == [signed["version"]]
    counted = public.json()["of_authority"]
    assert (counted["draws"], counted["void"]) == (1, 0)
    status, chinese, english = await refused(walk, Role.SUPERVISOR, f"{path}/key-return", {"key": key.hex()})
    assert (status, "sealed" in english) == (409, True)
    assert chinese != english
    status, *_ = await refused(walk, Role.SECTION_HEAD, f"{path}/close", {})
    assert status == 409


async def test_links_out_of_turn_say_what_is_wrong_with_them(walk) -> None:
    path = await supervised(walk)
    given = {"name": CHAIN, "value": LINKS[-2].hex()}
    status, chinese, english = await refused(walk, Role.SUPERVISOR, f"{path}/contributions", given)
    assert (status, "索取" in chinese, "ask first" in english) == (409, True, True)
    await walk.post(Role.PLANNER, f"{path}/link-request", {"name": CHAIN})
    for value, word in ((LINKS[-1], "came out before"), (LINKS[-3], "not the next link"), (b"x", "32 bytes")):
        wrong = given | {"value": value.hex()}
        _, chinese, english = await refused(walk, Role.SUPERVISOR, f"{path}/contributions", wrong)
        assert word in english
        assert CHAIN in chinese
    status, *_ = await refused(walk, Role.PLANNER, f"{path}/contributions", given)
    assert status == 403
    await walk.post(Role.SUPERVISOR, f"{path}/contributions", given)
    (row,) = await walk.get(Role.PLANNER, "/office/supervision/chains")
    assert (row["latest"], row["used"]) == (LINKS[-2].hex(), 1)


async def test_chains_and_keys_are_the_supervisor_s_and_are_retired_once(walk) -> None:
    await supervised(walk)
    chains, keys = "/office/supervision/chains", "/office/supervision/keys"
    for role in (Role.PLANNER, Role.APPROVER):
        assert (await refused(walk, role, chains, {"name": "x", "head": "00" * 32}))[0] == 403
        assert (await refused(walk, role, keys, {"public_key": PUBLIC.hex()}))[0] == 403
    assert (await refused(walk, Role.SUPERVISOR, chains, {"name": CHAIN, "head": "00" * 32}))[0] == 409
    assert (await refused(walk, Role.SUPERVISOR, keys, {"public_key": PUBLIC.hex()}))[0] == 409
    assert (await refused(walk, Role.SUPERVISOR, keys, {"public_key": "04" + "00" * 64}))[0] in {400, 422}
    for path, kept in ((chains, walk.ids["chain"]), (keys, walk.ids["key"])):
        for _ in range(2):
            ended = await walk.post(Role.SUPERVISOR, f"{path}/{kept}/retirement")
            assert ended["retired_at"] is not None
        status, chinese, english = await refused(walk, Role.SUPERVISOR, f"{path}/{walk.ids['task_id']}/retirement", {})
        assert (status, walk.ids["task_id"] in chinese, walk.ids["task_id"] in english) == (404, True, True)
    (row,) = await walk.get(Role.SUPERVISOR, keys)
    assert row["fingerprint"] == key_fingerprint(PUBLIC)


async def test_drawn_undrawn_and_unknown_firms_get_the_very_same_answer(walk) -> None:
    path = await sealed(walk)
    ids = {one.object for one in await store_tickets.drawn_tickets(UUID(walk.ids["draw_id"]))}
    codes = {row["id"]: row["code"] for row in await InspectionObject.select("id", "code")}
    drawn = next(code for thing, code in codes.items() if thing in ids)
    undrawn = next(code for thing, code in codes.items() if thing not in ids)
    unknown = undrawn[:-4] + "ZZZZ"
    seen = set()
    for code in ("", "?code=AAAABBBBCCCCDDDD"):
        for oid in (drawn, undrawn, unknown):
            answer = await walk.client.get(f"/public{path.removeprefix('/office')}/objects/{oid}/proof{code}")
            told = answer.json()
            for changing in ("request_id", "instance"):
                told.pop(changing, None)
            headers = {name: answer.headers.get(name) for name in ("content-length", "cache-control", "content-type")}
            seen.add((answer.status_code, json.dumps(told, sort_keys=True), json.dumps(headers)))
    assert len(seen) == 1
    ((status, body, _),) = seen
    assert status == 404
    assert drawn not in body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"task": "019cac0f-2680-7e3b-bb08-41f2e6a8506f", "tasks": [{"task": "019cac0f-2680-7e3b-bb08-41f2e6a8506f"}]},
        {"tasks": [{"task": "019cac0f-2680-7e3b-bb08-41f2e6a8506f", "count": 0}]},
        {"tasks": [{"task": "019cac0f-2680-7e3b-bb08-41f2e6a8506f", "by": "colour"}]},
    ],
)
async def test_a_plan_that_cannot_be_read_is_refused_as_such(walk, body) -> None:
    answer = await walk.ask(Role.PLANNER, "POST", "/office/draws", json=body)
    assert answer.status_code in {400, 422}
