"""Keys with the interface of the real ones, at the cost of one hash: P-256 would be most of a simulated day.

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
from mobile_contract.signed import DeviceJwk

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
