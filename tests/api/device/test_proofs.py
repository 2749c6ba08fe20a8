"""Proofs over HTTP, as an attacker sees them: never a 500, never a word about what is behind the door."""

import base64
import json
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from api.permits import PERMITS, Action
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from mobile_contract.base import b64url
from mobile_contract.client import ProblemError, Session
from mobile_contract.client.dpop import proof
from mobile_contract.client.key import DeviceKey
from sync.devices.nonces import NONCE_LIFE, write_nonce
from sync.devices.revoke import revoke_device
from sync.devices.tokens import TOKEN_LIFE
from tests.api.conftest import Office
from tests.api.test_permits import address, routes_of
from tests.support.tablets import auth_of, device_auth

PULL = "/v1/sync/pull"
OTHER = DeviceKey(4711)
CONTRACT = {"Fieldcheck-Contract": "2"}


async def fresh(client: httpx.AsyncClient) -> str:
    return (await client.get(PULL)).headers["dpop-nonce"]


def headers_of(session: Session, nonce: str | None, *, key: DeviceKey | None = None, **changed) -> dict[str, str]:
    token = changed.get("token", session.device.token)
    said = {"method": "GET", "url": f"http://testserver{PULL}", "token": token, "jti": "j", "iat": 0} | changed
    shown = proof(key or session.device.key, nonce=nonce, **said)
    return CONTRACT | {"Authorization": f"DPoP {session.device.token}", "DPoP": shown}


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_the_first_answer_tells_the_nonce_and_the_second_request_is_let_in(
    session: Session, client: httpx.AsyncClient
):
    asked = await client.get(PULL, headers=headers_of(session, None))
    assert code(asked) == (401, "proof-required")
    assert asked.headers["www-authenticate"] == 'DPoP error="use_dpop_nonce", algs="ES256"'
    answer = await client.get(PULL, headers=headers_of(session, asked.headers["dpop-nonce"], jti="k"))
    assert answer.status_code == 200
    assert answer.headers["dpop-nonce"]


async def test_every_answer_of_a_devices_route_brings_a_nonce_and_no_other_does(
    client: httpx.AsyncClient, app: Litestar
):
    others = {"/office/devices", "/office/rescues", "/health/live", "/office/sessions"}
    for path, method, action in routes_of(app):
        if not path.startswith("/v1/") and path not in others:
            continue
        answer = await client.request(method, address(path))
        if PERMITS[Action(action)] == {Role.DEVICE} or path.startswith("/v1/devices"):
            assert "dpop-nonce" in answer.headers, path
            if answer.status_code == 401:
                assert answer.headers["www-authenticate"].startswith("DPoP"), path
        else:
            assert "dpop-nonce" not in answer.headers, path


async def test_a_stolen_token_alone_opens_nothing(session: Session, client: httpx.AsyncClient):
    nonce = await fresh(client)
    bare = {"Authorization": f"Bearer {session.device.token}"}
    assert code(await client.get(PULL, headers=bare)) == (401, "proof-required")
    assert (
        code(await client.get(PULL, headers={"Authorization": f"DPoP {session.device.token}"}))[1] == "proof-required"
    )
    thief = headers_of(session, nonce, key=OTHER)
    assert code(await client.get(PULL, headers=thief)) == (401, "proof-invalid")


async def test_a_seen_proof_is_not_let_in_again(session: Session, client: httpx.AsyncClient):
    headers = headers_of(session, await fresh(client))
    assert (await client.get(PULL, headers=headers)).status_code == 200
    assert code(await client.get(PULL, headers=headers)) == (401, "proof-required")


async def test_a_proof_is_for_one_request_only(session: Session, client: httpx.AsyncClient):
    nonce = await fresh(client)
    wrong = [
        {"method": "POST"},
        {"url": "http://testserver/v1/sync/snapshot"},
        {"url": "http://elsewhere/v1/sync/pull"},
        {"token": "another"},
        {"token": None},
    ]
    for number, changed in enumerate(wrong):
        answer = await client.get(PULL, headers=headers_of(session, nonce, jti=f"{number}", **changed))
        assert code(answer) == (401, "proof-invalid"), changed
    foreign = write_nonce(FixedClock.now(client._transport.app.state.process.clock), b"x" * 32)  # type: ignore[attr-defined]
    assert code(await client.get(PULL, headers=headers_of(session, foreign))) == (401, "proof-required")


async def test_a_nonce_ends_after_five_minutes_and_the_client_goes_on_by_itself(
    session: Session, client: httpx.AsyncClient, clock: FixedClock
):
    nonce = await fresh(client)
    await session.pull()
    clock.advance(NONCE_LIFE + timedelta(seconds=1))
    assert code(await client.get(PULL, headers=headers_of(session, nonce))) == (401, "proof-required")
    await session.pull()


async def test_a_token_that_ran_out_is_renewed_with_nothing_but_the_key(
    session: Session, client: httpx.AsyncClient, clock: FixedClock
):
    first = session.device.token
    for _ in range(3):
        clock.advance(TOKEN_LIFE + timedelta(days=100))
        session.device.capture("note.add", {"text": "after a long time"}, visit=session.device.id)
        assert await session.push() == 1
    assert session.device.token != first
    old = {"Authorization": f"DPoP {first}"}
    answer = await client.get(PULL, headers=old)
    assert code(answer) == (401, "token-invalid")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_a_key_that_nobody_enrolled_gets_no_token_and_learns_nothing(client: httpx.AsyncClient):
    said = {"method": "POST", "url": "http://testserver/v1/devices/token", "token": None, "iat": 0}
    asked = await client.post("/v1/devices/token", headers={"DPoP": proof(OTHER, nonce=None, jti="1", **said)})
    assert code(asked) == (401, "proof-required")
    nonce = asked.headers["dpop-nonce"]
    answer = await client.post("/v1/devices/token", headers={"DPoP": proof(OTHER, nonce=nonce, jti="2", **said)})
    assert code(answer) == (404, "device-unknown")
    with_token = proof(OTHER, nonce=nonce, jti="3", **(said | {"token": "t"}))
    assert code(await client.post("/v1/devices/token", headers={"DPoP": with_token})) == (401, "proof-invalid")


async def test_renewals_of_one_key_are_counted_by_the_key(session: Session, client: httpx.AsyncClient):
    said = {"method": "POST", "url": "http://testserver/v1/devices/token", "token": None, "iat": 0}
    nonce, key = await fresh(client), session.device.key
    codes = []
    for number in range(12):
        headers = {"DPoP": proof(key, nonce=nonce, jti=f"{number}", **said)}
        codes.append((await client.post("/v1/devices/token", headers=headers)).status_code)
    assert codes == [200] * 10 + [429] * 2


async def test_a_device_is_counted_whatever_token_it_shows(session: Session, client: httpx.AsyncClient, make_cmd):
    """Case 42's other half: who renews his token does not begin to be counted anew."""
    answers = []
    for _ in range(2):
        auth = await device_auth(make_cmd(), session.device.id, session.device.key)
        answers += [(await client.get("/v1/devices/self", auth=auth)).status_code for _ in range(61)]
    assert answers == [200] * 120 + [429] * 2


HUGE = b64url(json.dumps({"typ": "dpop+jwt", "alg": "ES256", "jwk": {"x": "A" * 20_000}}).encode())
GARBAGE = [
    b"",
    b".",
    b"a.b.c",
    b"\xff\xfe",
    b"e30.e30.e30",
    HUGE.encode() + b".e30.AA",
    b"A" * 30_000,
    b"." * 10_000,
    b64url(b"[" * 1400).encode() + b".e30.AA",
    b64url(b'{"typ":"dpop+jwt","alg":"none","jwk":{}}').encode() + b".e30.",
    b64url(b'{"typ":"dpop+jwt","alg":"ES256","jwk":null,"alg":"none"}').encode() + b".e30.AA",
    b64url(b'{"typ":"dpop+jwt","alg":"ES256","jwk":1e400}').encode() + b".e30.AA",
]


async def test_garbage_is_a_refusal_and_never_an_incident(session: Session, client: httpx.AsyncClient):
    for text in GARBAGE:
        headers = {b"Authorization": f"DPoP {session.device.token}".encode(), b"DPoP": text}
        for path, method in ((PULL, "GET"), ("/v1/devices/token", "POST"), ("/v1/uploads", "POST")):
            answer = await client.request(method, path, headers=headers)
            assert code(answer) == (401, "proof-invalid"), (path, text[:40])
            assert str(session.device.id) not in answer.text


async def test_two_proofs_are_none(session: Session, client: httpx.AsyncClient):
    one = headers_of(session, await fresh(client))
    headers = [("Authorization", one["Authorization"]), ("DPoP", one["DPoP"]), ("DPoP", one["DPoP"])]
    assert code(await client.get(PULL, headers=headers)) == (401, "proof-invalid")


async def test_no_other_algorithm_is_spoken(session: Session, client: httpx.AsyncClient):
    good = headers_of(session, await fresh(client))["DPoP"]
    header, claims, signature = good.split(".")
    for alg in ("none", "HS256", "ES384", "ES256K", "RS256"):
        told = json.loads(base64.urlsafe_b64decode(header + "==")) | {"alg": alg}
        for end in (signature, ""):
            text = ".".join([b64url(json.dumps(told).encode()), claims, end])
            headers = {"Authorization": f"DPoP {session.device.token}", "DPoP": text}
            assert code(await client.get(PULL, headers=headers)) == (401, "proof-invalid")


async def test_a_person_needs_no_proof_and_a_proof_makes_no_person(client: httpx.AsyncClient, signed_in, make_cmd):
    headers = await signed_in(Role.ADMIN)
    assert (await client.get("/office/sessions/current", headers=headers)).status_code == 200
    as_device = {"Authorization": headers["Authorization"].replace("Bearer", "DPoP")}
    assert code(await client.get("/office/sessions/current", headers=as_device)) == (401, "token-invalid")
    auth = await device_auth(make_cmd())
    assert code(await client.get("/office/devices", auth=auth)) == (403, "forbidden")


class TestAnAddressThatIsSet:
    """With `public_url` (and `other_urls`), only those names are ours, whatever the request says."""

    @pytest.fixture
    def settings(self, database_url: str, tmp_path) -> Settings:
        return Settings(
            database_url=database_url,
            data_dir=tmp_path / "data",
            public_url="https://desk.example/fieldcheck",
            other_urls="http://10.0.0.7:8080 https://[2001:db8::1]",
        )

    async def test_only_its_own_names_count(self, session: Session, client: httpx.AsyncClient):
        nonce = await fresh(client)
        for url, status in (
            ("https://desk.example/fieldcheck/v1/sync/pull", 200),
            ("https://desk.example:443/v1/sync/pull", 200),
            ("http://10.0.0.7:8080/v1/sync/pull", 200),
            ("https://[2001:db8::1]/v1/sync/pull", 200),
            ("http://10.0.0.7/v1/sync/pull", 401),
            ("http://testserver/v1/sync/pull", 401),
            ("https://evil.example/v1/sync/pull", 401),
        ):
            answer = await client.get(PULL, headers=headers_of(session, nonce, url=url, jti=url))
            assert answer.status_code == status, url


async def test_a_revoked_tablet_hands_in_for_some_days_and_reads_nothing(
    session: Session, client: httpx.AsyncClient, office: Office, make_cmd, clock: FixedClock
):
    device = session.device
    await revoke_device(
        make_cmd(authority=office.authority),
        device_id=device.id,
        authority_id=office.authority,
        reason="lost",
        grace_days=30,
    )
    auth = auth_of(session)
    for path in (PULL, "/v1/sync/snapshot"):
        answer = await client.get(path, auth=auth, headers=CONTRACT)
        assert code(answer) == (403, "device-revoked")
        assert answer.json()["submit_until"].startswith("20")
    device.capture("note.add", {"text": "late"}, visit=device.id)
    device.attach(b"a photo", "image/jpeg")
    clock.advance(timedelta(days=29))  # with a token that is renewed on the way
    assert await session.compare_logs() == 0
    assert (await session.push(), await session.upload_files()) == (1, 1)
    assert (await session.standing()).revoked
    clock.advance(timedelta(days=2))
    for attempt in (session.compare_logs, session.push, session.upload_files, session.standing):
        device.capture("note.add", {"text": "too late"}, visit=device.id)
        device.attach(f"{attempt}".encode(), "image/jpeg")
        with pytest.raises(ProblemError) as refused:
            await attempt()
        assert (refused.value.status, refused.value.code) in {(401, "token-invalid"), (403, "device-revoked")}
    assert len(device.outbox()) == 4
