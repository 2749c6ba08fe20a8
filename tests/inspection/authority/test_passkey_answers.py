"""What a browser may answer for a passkey when it is no browser: one refusal, whatever it is."""

import json

import cbor2
import pytest

from inspection.authority.factors.answers import LONGEST, Site, keys_made, read_answer, use_proven
from inspection.kernel.errors import Refused
from mobile_contract.base import b64url
from tests.support.passkeys import SoftPasskey

SITE = Site("fieldcheck.example", "https://fieldcheck.example")
OPTIONS = json.dumps({"challenge": b64url(b"challenge")})


def changed(**members: object) -> str:
    return json.dumps(json.loads(SoftPasskey().made(OPTIONS)) | members)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[" * 30_000,
        '{"response":' * 3_000,
        "[]",
        "null",
        changed(id="\0"),
        changed(id="\ud800"),
        changed(id=7),
        changed(id=None),
        changed(response=[]),
        changed(response={"clientDataJSON": "!"}),
        changed(response={"clientDataJSON": b64url(b"\xff")}),
        changed(padding="x" * LONGEST),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(answer: str) -> None:
    with pytest.raises(Refused):
        read_answer(answer)


@pytest.mark.parametrize(
    "attested",
    [b"", b"\x81" * 20_000, b"\xbf", cbor2.dumps({"fmt": "none"}), cbor2.dumps([1, 2]), cbor2.dumps({"authData": b""})],
)
def test_what_the_device_says_cannot_be_read_and_is_refused(attested: bytes) -> None:
    told, challenge = read_answer(SoftPasskey().made(OPTIONS))
    assert keys_made(told, challenge, SITE).credential_id == SoftPasskey().id
    told["response"]["attestationObject"] = b64url(attested)
    with pytest.raises(Refused):
        keys_made(told, challenge, SITE)


@pytest.mark.parametrize("key", [b"", b"\xff", cbor2.dumps({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)})])
def test_a_use_that_another_key_signed_is_refused(key: bytes) -> None:
    told, challenge = read_answer(SoftPasskey().given(OPTIONS))
    with pytest.raises(Refused):
        use_proven(told, challenge, SITE, public_key=key, sign_count=0, verified=True)
