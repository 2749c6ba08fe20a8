"""Keys with the interface of the real ones, at the cost of one hash: signatures would be most of a simulated day.

Only the mathematics is replaced. Runs, chains, key lookup and refusals take the production path; the runs through HTTP
sign for real.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from mobile_contract.base import b64url, unb64url
from mobile_contract.enrol import thumbprint
from mobile_contract.signed import DeviceJwk, Purpose, ServerJwk, SignedText

_HALF = 32


def _mac(secret: bytes, message: bytes) -> bytes:
    return hmac.digest(secret, message, "sha512")


class CheapKey:
    """As `mobile_contract.client.key.DeviceKey`. Its "public" key can sign as well: there is no enemy in here."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.jwk = DeviceJwk(x=b64url(hashlib.sha256(secret).digest()), y=b64url(secret))
        self.kid = thumbprint(self.jwk)

    @classmethod
    def of_entropy(cls, noise: bytes) -> CheapKey:
        return cls(hashlib.sha256(noise).digest())

    @classmethod
    def of_bytes(cls, secret: bytes) -> CheapKey:
        return cls(secret)

    def secret(self) -> bytes:
        return self._secret

    def sign(self, message: bytes) -> bytes:
        """64 bytes r ‖ s."""
        return _mac(self._secret, message)


class CheapPublicKey:
    """What `sync.signatures.public_key` gives for the JWK of a `CheapKey`."""

    def __init__(self, jwk: DeviceJwk) -> None:
        self._secret = unb64url(jwk.y)

    def verify(self, der: bytes, message: bytes, _algorithm: object) -> None:
        """InvalidSignature when it is not by this key."""
        r, s = decode_dss_signature(der)
        if r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big") != _mac(self._secret, message):
            raise InvalidSignature


class CheapServerKey:
    """As an Ed25519 private key, as far as `ServerKeys` asks; it is its own public half.

    `seed`: of the real key in whose place it stands. The secrets of anchors and cursors are made of it, and entries
    name anchors: with another one every entry had another hash than behind HTTP.
    """

    def __init__(self, seed: bytes) -> None:
        self._bytes = seed

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return _mac(self._bytes, message)

    def public_key(self) -> CheapServerKey:
        return self

    def public_bytes(self, *_: object) -> bytes:
        return self._bytes

    def private_bytes(self, *_: object) -> bytes:
        return self._bytes


def cheap_server_signed(keys: tuple[ServerJwk, ...], purpose: Purpose, signed: SignedText) -> bool:
    """As `mobile_contract.client.key.server_signed`, of a `CheapServerKey`."""
    key = next((key for key in keys if key.kid == signed.k), None)
    return key is not None and _mac(unb64url(key.x), purpose.message(signed.p)) == unb64url(signed.s)
