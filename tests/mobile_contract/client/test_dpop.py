"""DPoP proofs: the JWT of RFC 9449, verified by the public key that it carries."""

from __future__ import annotations

import hashlib
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from mobile_contract.base import b64url, unb64url
from mobile_contract.client.dpop import proof, target_of, token_hash
from mobile_contract.client.key import DeviceKey
from mobile_contract.enrol import thumbprint
from mobile_contract.signed import DeviceJwk

KEY = DeviceKey(12345)
WHOLE = {
    "method": "POST",
    "url": "https://x.example/v1/sync/push",
    "token": "t0ken",
    "nonce": "n",
    "jti": "j",
    "iat": 7,
}


def _read(jwt: str) -> tuple[dict, dict, bytes, bytes]:
    header, claims, signature = jwt.split(".")
    signed = f"{header}.{claims}".encode()
    return json.loads(unb64url(header)), json.loads(unb64url(claims)), signed, unb64url(signature)


def test_a_proof_names_request_token_and_nonce_and_is_signed_by_the_key_it_carries() -> None:
    header, claims, signed, signature = _read(proof(KEY, **WHOLE))
    assert header == {"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.jwk.model_dump()}
    ath = b64url(hashlib.sha256(b"t0ken").digest())
    assert claims == {"jti": "j", "htm": "POST", "htu": WHOLE["url"], "iat": 7, "ath": ath, "nonce": "n"}
    jwk = DeviceJwk.model_validate(header["jwk"])
    assert thumbprint(jwk) == KEY.kid
    x, y = (int.from_bytes(unb64url(part), "big") for part in (jwk.x, jwk.y))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


def test_without_token_and_nonce_their_claims_are_absent() -> None:
    _, claims, _, _ = _read(proof(KEY, **{**WHOLE, "token": None, "nonce": None}))
    assert set(claims) == {"jti", "htm", "htu", "iat"}


@pytest.mark.parametrize("end", ["", "?cursor=a%2Fb", "#x", "?a=1#x", "#x?a=1", "?a=1?b=2"])
def test_query_and_fragment_are_no_part_of_the_target(end: str) -> None:
    assert target_of(f"https://x.example/v1/a%20b{end}") == "https://x.example/v1/a%20b"


def test_the_token_hash_is_the_one_of_the_rfc() -> None:
    # RFC 9449 §7.1, figures 13 and 14.
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    assert token_hash(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
