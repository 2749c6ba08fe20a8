"""Proofs of possession: what is one, for which request, and that each opens once. No clock of a tablet is asked."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.errors import Refused
from mobile_contract.base import b64url
from mobile_contract.client.dpop import proof, token_hash
from mobile_contract.client.key import ORDER, DeviceKey
from mobile_contract.problems import ProblemCode
from sync.devices.dpop import BadProofError, host_of, names_target, path_of, read_proof, verify_proof
from sync.devices.nonces import NONCE_LIFE, SeenProofs, proof_name, read_nonce, write_nonce
from sync.devices.proofs import Call, ProofDesk

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KEY, OTHER = DeviceKey(12345), DeviceKey(54321)
SECRET, FOREIGN = b"s" * 32, b"f" * 32
URL = "https://desk.example/v1/sync/push"
CALL = Call("POST", "/v1/sync/push", frozenset({"desk.example"}), "t0ken")


def made(nonce: str | None, key: DeviceKey = KEY, **changed) -> str:
    said = {"method": "POST", "url": URL, "token": "t0ken", "jti": "j", "iat": 0, "nonce": nonce} | changed
    return proof(key, **said)


def judged(text: str | None, desk: ProofDesk | None = None, call: Call = CALL, now: datetime = NOW) -> str:
    """The key's thumbprint, or the code of the refusal."""
    try:
        return (desk or ProofDesk(SECRET)).check(text, call, now).kid
    except Refused as refused:
        return refused.code.value


def resigned(text: str, header: dict | None = None, claims: dict | None = None, key: DeviceKey = KEY) -> str:
    """The same proof with members changed (None takes one away), signed again."""
    first, second, _ = text.split(".")
    parts = []
    for part, changes in ((first, header), (second, claims)):
        members = json.loads(base64.urlsafe_b64decode(part + "=="))
        members = {name: value for name, value in (members | (changes or {})).items() if value is not None}
        parts.append(b64url(json.dumps(members).encode()))
    signed = ".".join(parts)
    return f"{signed}.{b64url(key.sign(signed.encode()))}"


def test_a_proof_with_a_fresh_nonce_tells_whose_key_it_is():
    assert judged(made(write_nonce(NOW, SECRET))) == KEY.kid


def test_a_proof_opens_once():
    desk, text = ProofDesk(SECRET), made(write_nonce(NOW, SECRET))
    assert [judged(text, desk), judged(text, desk)] == [KEY.kid, "proof-required"]
    assert judged(made(write_nonce(NOW, SECRET), jti="k"), desk) == KEY.kid


def test_its_twin_with_the_other_signature_does_not_open_either():
    desk, text = ProofDesk(SECRET), made(write_nonce(NOW, SECRET))
    signed, _, signature = text.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    twin = f"{signed}.{b64url(raw[:32] + (ORDER - int.from_bytes(raw[32:], 'big')).to_bytes(32, 'big'))}"
    verify_proof(read_proof(twin))
    assert [judged(text, desk), judged(twin, desk)] == [KEY.kid, "proof-required"]


@pytest.mark.parametrize("nonce", [None, "", "x", write_nonce(NOW, FOREIGN), write_nonce(NOW, SECRET)[:-1], "A" * 30])
def test_without_a_nonce_of_this_server_it_is_asked_for_again(nonce: str | None):
    assert judged(made(nonce)) == "proof-required"


def test_no_proof_is_asked_for():
    assert judged(None) == "proof-required"


@pytest.mark.parametrize("life", [timedelta(0), NONCE_LIFE, -NONCE_LIFE])
def test_a_nonce_holds_for_five_minutes_however_the_clock_is_set_meanwhile(life: timedelta):
    assert judged(made(write_nonce(NOW - life, SECRET))) == KEY.kid
    beyond = timedelta(milliseconds=1) if life >= timedelta(0) else timedelta(milliseconds=-1)
    late = write_nonce(NOW - NONCE_LIFE - timedelta(milliseconds=1), SECRET) if not life else None
    if late is None:
        late = write_nonce(NOW - life - beyond, SECRET)
    assert judged(made(late)) == "proof-required"


@given(st.integers(-(2**60), 2**60))
@settings(max_examples=30)
def test_its_clock_is_never_judged(iat: int):
    assert judged(made(write_nonce(NOW, SECRET), iat=iat)) == KEY.kid


@pytest.mark.parametrize("iat", [None, "soon", 1.5, True, [1], {"a": 1}])
def test_not_even_what_its_clock_is_made_of(iat: object):
    assert judged(resigned(made(write_nonce(NOW, SECRET)), claims={"iat": iat})) == KEY.kid


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "GET"},
        {"method": "post"},
        {"url": "https://desk.example/v1/sync/pull"},
        {"url": "https://desk.example/v1/sync/push/"},
        {"url": "https://elsewhere.example/v1/sync/push"},
        {"url": "https://desk.example:8443/v1/sync/push"},
        {"url": "ftp://desk.example/v1/sync/push"},
        {"url": "https://user@desk.example/v1/sync/push"},
        {"url": "//desk.example/v1/sync/push"},
        {"url": "https://[::1/v1/sync/push"},
        {"url": "https://desk.example:port/v1/sync/push"},
        {"url": "/v1/sync/push"},
        {"token": "another"},
        {"token": None},
    ],
)
def test_a_proof_for_another_request_is_none(changed: dict):
    assert judged(made(write_nonce(NOW, SECRET), **changed)) == "proof-invalid"


@pytest.mark.parametrize("url", ["http://desk.example/v1/sync/push", "HTTPS://DESK.example:443/v1/sync/p%75sh"])
def test_the_same_address_written_otherwise_is_the_same(url: str):
    assert judged(made(write_nonce(NOW, SECRET), url=url)) == KEY.kid


def test_a_proxy_may_take_a_prefix_off_the_path():
    prefixed = Call("POST", "/v1/sync/push", CALL.hosts, "t0ken", "/fieldcheck")
    url = "https://desk.example/fieldcheck/v1/sync/push"
    assert judged(made(write_nonce(NOW, SECRET), url=url), call=prefixed) == KEY.kid
    assert judged(made(write_nonce(NOW, SECRET), url=url)) == "proof-invalid"


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"alg": "none"}, {}),
        ({"alg": "HS256"}, {}),
        ({"alg": "ES384"}, {}),
        ({"alg": None}, {}),
        ({"typ": "JWT"}, {}),
        ({"typ": None}, {}),
        ({"jwk": None}, {}),
        ({"jwk": OTHER.jwk.model_dump()}, {}),
        ({"jwk": KEY.jwk.model_dump() | {"d": b64url(KEY.secret())}}, {}),
        ({"jwk": KEY.jwk.model_dump() | {"crv": "P-384"}}, {}),
        ({"jwk": KEY.jwk.model_dump() | {"x": "A" * 43}}, {}),
        ({"jwk": KEY.jwk.model_dump() | {"y": "é" * 43}}, {}),
        ({"jwk": {"kty": "oct", "k": "AAAA"}}, {}),
        ({"jwk": "key"}, {}),
        ({"crit": ["b64"], "b64": False}, {}),
        ({"crit": ["exp"], "exp": 1}, {}),
        ({}, {"jti": None}),
        ({}, {"jti": ""}),
        ({}, {"jti": "j" * 201}),
        ({}, {"jti": 7}),
        ({}, {"htm": None}),
        ({}, {"htu": ["https://desk.example/v1/sync/push"]}),
        ({}, {"nonce": {"a": 1}}),
        ({}, {"ath": None}),
    ],
)
def test_what_is_no_proof_of_ours_is_refused(header: dict, claims: dict):
    assert judged(resigned(made(write_nonce(NOW, SECRET)), header, claims)) == "proof-invalid"


def test_a_public_key_is_no_secret():
    """The old confusion: HS256 over the public key as if it were a shared secret."""
    text = resigned(made(write_nonce(NOW, SECRET)), {"alg": "HS256"})
    signed = text.rpartition(".")[0]
    for secret in (KEY.jwk.model_dump_json().encode(), KEY.jwk.x.encode()):
        mac = b64url(hmac.new(secret, signed.encode(), hashlib.sha256).digest())
        assert judged(f"{signed}.{mac}") == "proof-invalid"


def test_a_web_browser_may_tell_more_of_its_key():
    told = KEY.jwk.model_dump() | {"ext": True, "key_ops": ["verify"]}
    assert judged(resigned(made(write_nonce(NOW, SECRET)), {"jwk": told})) == KEY.kid


DEEP = b64url(b"[" * 1500)


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "...", "a.b.c", "é.é.é", "\x00.\x00.\x00", f"{DEEP}.{DEEP}.AA", "A" * 5000, "." * 5000, "e30.e30."],
)
def test_garbage_is_refused_and_never_an_incident(text: str):
    assert judged(text) == "proof-invalid"


@given(st.data())
@settings(max_examples=200)
def test_one_changed_character_spoils_a_proof(data: st.DataObject):
    text = made(write_nonce(NOW, SECRET))
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFabcdef0123-_.").filter(lambda sign: sign != text[place]))
    assert judged(text[:place] + other + text[place + 1 :]) in {"proof-invalid", "proof-required"}


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_judged(text: str):
    assert judged(text) == "proof-invalid"


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=70))
def test_any_three_parts_are_judged(header: bytes, claims: bytes, signature: bytes):
    assert judged(".".join(map(b64url, (header, claims, signature)))) == "proof-invalid"


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_is_an_incident(htu: str, host: str):
    assert not names_target(htu, path="/v1/x", hosts=frozenset({"desk.example"}))
    assert isinstance(host_of(host), str)
    assert isinstance(path_of(host), str)


@given(st.text(max_size=40))
def test_no_text_is_a_nonce(text: str):
    assert read_nonce(text, NOW, SECRET) is None


def test_the_memory_of_seen_proofs_is_bounded_and_none_opens_twice():
    seen, now, opened = SeenProofs(most=100), NOW, set()
    for number in range(2_000):
        now = NOW + timedelta(seconds=number / 5)
        given_at, name = round(now.timestamp() * 1000), proof_name(f"{number}")
        assert seen.first(given_at, name, now)
        opened.add((given_at, name))
        assert len(seen) <= 151  # a slice is ten seconds, fifty of them, and goes as a whole
    assert not any(seen.first(at, name, now) for at, name in opened)


def test_a_clock_that_is_set_back_shuts_nobody_out():
    seen, back = SeenProofs(most=10), NOW - timedelta(hours=1)
    for number in range(100):
        at = NOW + timedelta(seconds=number)
        assert seen.first(round(at.timestamp() * 1000), proof_name(f"{number}"), at)
    assert seen.first(round(back.timestamp() * 1000), proof_name("y"), back)
    assert not seen.first(round(back.timestamp() * 1000), proof_name("y"), back)


def test_the_hash_of_the_token_is_the_rfcs():
    desk = ProofDesk(SECRET)
    text = resigned(made(write_nonce(NOW, SECRET)), claims={"ath": token_hash("t0ken")})
    assert judged(text, desk) == KEY.kid
    with pytest.raises(BadProofError):
        read_proof(text[:40])


def test_the_desk_shows_its_secret_to_no_log():
    assert "ssss" not in repr(ProofDesk(SECRET))
    assert ProblemCode.PROOF_REQUIRED.status == ProblemCode.PROOF_INVALID.status == 401
