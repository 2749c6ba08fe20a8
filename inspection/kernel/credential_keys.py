"""The P-256 key by which a phone's browser checks who stands at the door: derived from the server's key, never stored.

Browsers that lack Ed25519 still know ES256 (media.md §5). After the server's key was changed, the public halves of the
keys before it stay known, so that what was signed the day before is still good.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from inspection.kernel.keys import ServerKeys
from mobile_contract.base import b64url
from mobile_contract.enrol import thumbprint
from mobile_contract.signed import DeviceJwk

LIFETIME: Final = timedelta(hours=72)
"""The longest that a credential is good for."""

_LABELS: Final = ("credential/es256/high", "credential/es256/low")
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve's base point (FIPS 186-5, P-256)."""


@dataclass(frozen=True, slots=True)
class CredentialKeys:
    """Signs credentials and their status. `known`: public JWKs by key id, that of the key in use included."""

    private: ec.EllipticCurvePrivateKey = field(repr=False)
    kid: str
    known: Mapping[str, Mapping[str, str]]


def credential_keys(keys: ServerKeys, now: datetime) -> CredentialKeys:
    """The key in use, and the public ones of those before it that may have signed something not yet expired."""
    private = _derived(*(keys.secret(label) for label in _LABELS))
    high, low = (keys.former_secrets(label) for label in _LABELS)
    former = [
        _derived(one, other) for (one, until), (other, _) in zip(high, low, strict=True) if until + LIFETIME > now
    ]
    known = [_public(key) for key in (private, *former)]
    return CredentialKeys(private, known[0]["kid"], {jwk["kid"]: jwk for jwk in known})


def _derived(high: bytes, low: bytes) -> ec.EllipticCurvePrivateKey:
    # 64 bytes for a 32-byte scalar: no scalar is more likely than another by more than 2⁻²⁵⁶ (FIPS 186-5, A.2.1).
    return ec.derive_private_key(int.from_bytes(high + low, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def _public(private: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = private.public_key().public_numbers()
    x, y = (b64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    return {**jwk, "kid": thumbprint(DeviceJwk(kty="EC", crv="P-256", x=x, y=y))}
