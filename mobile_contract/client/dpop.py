"""The proof that whoever shows a token holds the device's key (DPoP, RFC 9449; docs/sync.md §Transport)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mobile_contract.base import b64url
from mobile_contract.client.key import DeviceKey


def proof(key: DeviceKey, *, method: str, url: str, token: str | None, nonce: str | None, jti: str, iat: int) -> str:
    """The value of the `DPoP` header for one request: a compact JWT signed with ES256 (RFC 9449 §4.2).

    `url` is the request's absolute address; query and fragment are left out of `htu`. `token` is the access token that
    the request carries, None where it carries none. `nonce` is the newest value of `DPoP-Nonce`, None before the first
    one. `jti` names this proof and no other. `iat` is the device's clock in whole seconds; the server never judges it.
    """
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk.model_dump()}
    claims: dict[str, Any] = {"jti": jti, "htm": method, "htu": target_of(url), "iat": iat}
    if token is not None:
        claims["ath"] = token_hash(token)
    if nonce is not None:
        claims["nonce"] = nonce
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{b64url(key.sign(signed.encode('ascii')))}"


def token_hash(token: str) -> str:
    """`ath`: base64url of the SHA-256 of the token's ASCII bytes."""
    return b64url(hashlib.sha256(token.encode("ascii")).digest())


def target_of(url: str) -> str:
    """`htu`: the address without query and fragment."""
    return url.partition("#")[0].partition("?")[0]


def _part(members: Mapping[str, Any]) -> str:
    return b64url(json.dumps(members, separators=(",", ":")).encode())
