"""What a device finds when it checks the signatures of entries that it was told."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from mobile_contract.base import unb64url
from mobile_contract.client.state import HeardEntry
from mobile_contract.enrol import thumbprint
from mobile_contract.envelope import EntryLine, signed_bytes
from mobile_contract.signed import DeviceJwk, ServerJwk

UNKNOWN_KEY, BAD_SIGNATURE = "unknown-key", "bad-signature"
_SCALAR = 32


def doubtful(
    entries: Iterable[HeardEntry], devices: Iterable[DeviceJwk], servers: Iterable[ServerJwk]
) -> dict[str, str]:
    """By hash, the entries whose signature does not verify under one of these keys, with the reason."""
    known = {thumbprint(key): key for key in devices}
    offices = {key.kid: key for key in servers}
    doubts: dict[str, str] = {}
    for entry in entries:
        line = EntryLine.model_validate_json(entry.line)
        key = known.get(line.k) if line.a == "ES256" else offices.get(line.k) if line.a == "EdDSA" else None
        if key is None:
            doubts[entry.hash] = UNKNOWN_KEY
        elif not _holds(key, line):
            doubts[entry.hash] = BAD_SIGNATURE
    return doubts


def _holds(key: DeviceJwk | ServerJwk, line: EntryLine) -> bool:
    message, signature = signed_bytes(line.p.encode()), unb64url(line.s)
    try:
        if isinstance(key, ServerJwk):
            Ed25519PublicKey.from_public_bytes(unb64url(key.x)).verify(signature, message)
        else:
            x, y = int.from_bytes(unb64url(key.x), "big"), int.from_bytes(unb64url(key.y), "big")
            public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
            r, s = int.from_bytes(signature[:_SCALAR], "big"), int.from_bytes(signature[_SCALAR:], "big")
            public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
