"""The protocol over HTTP, as the reference client speaks it: what the verbs decide arrives as it was decided."""

import gzip
import json

import httpx
import pytest
from litestar import Litestar

from inspection.visits.reading import fold_visit, known_visit
from mobile_contract.client import ProblemError, Session
from mobile_contract.client.state import Custody
from mobile_contract.push import MAX_PACKED_BYTES, PushAnswer
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION
from tests.api.conftest import Office
from tests.support.tablets import auth_of, new_device
from tests.sync.world import build_world, note

NDJSON = {"Content-Type": "application/x-ndjson"}
SPOKEN = {CONTRACT_HEADER: str(CONTRACT_VERSION)}


async def test_a_tablet_enrols_pushes_pulls_and_compares(session: Session, office: Office):
    device = session.device
    await session.fetch_anchor()
    for n in range(3):
        device.capture("note.add", {"text": str(n)}, visit=office.authority)
    assert await session.push() == 3
    assert [entry.reasons for entry in device.store.entries(Custody.SERVER)] == [("unknown-visit",)] * 3
    assert await session.pull() == 0
    assert device.cursor is not None
    assert await session.snapshot() == 0
    assert await session.compare_logs() == 0


async def test_a_page_says_from_and_to_as_the_contract_writes_it(session: Session, client: httpx.AsyncClient):
    first = (await client.get("/v1/sync/pull", auth=auth_of(session), headers=SPOKEN)).json()
    assert set(first) == {"from", "to", "head", "more", "digest", "anchor", "items"}
    assert first["from"] is None
    params = {"cursor": first["to"], "limit": "1"}
    again = (await client.get("/v1/sync/pull", auth=auth_of(session), params=params, headers=SPOKEN)).json()
    assert again["from"] == first["to"] == again["to"]


@pytest.mark.parametrize(
    ("headers", "body", "status", "slug"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415, "unsupported-media-type"),
        ({}, b"{}", 415, "unsupported-media-type"),
        (NDJSON | {"Content-Encoding": "br"}, b"", 415, "encoding-unsupported"),
        (NDJSON | {"Content-Encoding": "gzip"}, b"not gzip", 400, "malformed"),
        (NDJSON | {"Content-Encoding": "gzip"}, gzip.compress(bytes(9 << 20), mtime=0), 413, "too-large"),
        (NDJSON | {"Content-Digest": "sha-256=:AAAA:"}, b"{}", 422, "digest-mismatch"),
        (NDJSON, b"x\n" * 501, 413, "too-large"),
        (NDJSON, b"x" * (MAX_PACKED_BYTES + 1), 413, "too-large"),
    ],
)
async def test_a_body_that_is_wrong_as_a_whole_is_a_problem(
    session: Session, client: httpx.AsyncClient, headers: dict, body: bytes, status: int, slug: str
):
    answer = await client.post("/v1/sync/push", content=body, headers=headers, auth=auth_of(session))
    assert (answer.status_code, answer.json()["code"]) == (status, slug)
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("body", [b"", b"\n\n", b"{", b"[" * 100_000, b"\xff\x00", b'{"p":"{}"}', b"null\ntrue\n1"])
async def test_no_line_is_an_error_of_the_server(session: Session, client: httpx.AsyncClient, body: bytes):
    answer = await client.post("/v1/sync/push", content=body, headers=NDJSON, auth=auth_of(session))
    assert answer.status_code == 200
    told = PushAnswer.model_validate_json(answer.content)
    assert {verdict.verdict.value for verdict in told.verdicts} <= {"refused"}
    assert len(told.verdicts) == len([line for line in body.split(b"\n") if line.strip()])


@pytest.mark.parametrize("spoken", [{}, {CONTRACT_HEADER: "1"}, {CONTRACT_HEADER: "two"}, {CONTRACT_HEADER: "²"}])
async def test_who_speaks_an_old_contract_is_told_nothing_and_may_hand_in_everything(
    session: Session, client: httpx.AsyncClient, spoken: dict
):
    shown = {name: value.encode() for name, value in spoken.items()}
    for path in ("pull", "snapshot", "events"):
        answer = await client.get(f"/v1/sync/{path}", auth=auth_of(session), headers=shown)
        assert (answer.status_code, answer.json()["code"], answer.json()["least"]) == (426, "client-too-old", 2)
    assert (
        await client.post("/v1/sync/push", content=b"", headers=NDJSON | shown, auth=auth_of(session))
    ).status_code == 200
    compared = await client.post("/v1/sync/inventory", json={"heads": []}, headers=shown, auth=auth_of(session))
    assert compared.status_code == 200


@pytest.mark.parametrize("cursor", ["x", "é", "A" * 300])
async def test_a_cursor_of_ones_own_making_is_invalid(session: Session, client: httpx.AsyncClient, cursor: str):
    for path, name in (("pull", "cursor"), ("snapshot", "page")):
        answer = await client.get(f"/v1/sync/{path}", auth=auth_of(session), params={name: cursor}, headers=SPOKEN)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor-invalid")


async def test_a_used_code_and_a_wrong_proof_are_refused(client: httpx.AsyncClient, code: str):
    await Session(new_device(), client).enrol(code, "first")
    with pytest.raises(ProblemError, match="403 enrolment-code-invalid"):
        await Session(new_device("other"), client).enrol(code, "second")
    request = json.loads(new_device("third").enrol_request(code, "x").model_dump_json())
    answer = await client.post("/v1/devices", json=request | {"code": "A" * 16})
    assert answer.json()["code"] == "enrolment-proof-invalid"
    answer = await client.post("/v1/devices", json={"code": code})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("path", ["push", "inventory"])
async def test_nobody_speaks_without_a_token(client: httpx.AsyncClient, path: str):
    answer = await client.post(f"/v1/sync/{path}", content=b"", headers=NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_an_unreadable_inventory_is_a_problem(session: Session, client: httpx.AsyncClient):
    answer = await client.post("/v1/sync/inventory", json={"heads": [{"dev": "x"}]}, auth=auth_of(session))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_the_folded_record_is_told_to_the_team_only_and_once(
    app: Litestar, client: httpx.AsyncClient, session: Session
):
    world = await build_world("record")
    process = app.state.process
    world.keys, world.now = process.keys, process.clock.now()
    tablet = await world.tablet()
    own = Session(tablet, client)
    note(tablet, world.visit)
    await own.push()
    await own.pull()
    asked = {"auth": auth_of(own), "headers": SPOKEN}
    answer = await client.get(f"/v1/visits/{world.visit}/record", **asked)
    told = answer.json()
    assert (answer.status_code, answer.headers["etag"], told["through"]) == (200, f'"{told["digest"]}"', 1)
    assert told["digest"] == (await fold_visit(await known_visit(world.visit))).digest
    asked["headers"] = SPOKEN | {"If-None-Match": answer.headers["etag"]}
    again = await client.get(f"/v1/visits/{world.visit}/record", **asked)
    assert (again.status_code, again.content) == (304, b"")
    stranger = await client.get(f"/v1/visits/{world.visit}/record", auth=auth_of(session), headers=SPOKEN)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "visit-unknown")
