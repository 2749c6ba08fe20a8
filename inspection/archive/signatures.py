"""Signatures, where `cryptography` is installed; the rest of the verifier needs the standard library only."""

import hashlib
import importlib.util
import json
from functools import cache
from typing import Any

from inspection.archive.reading import b64url, unb64url

REQUIRED = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}
HALF = 32


@cache
def available() -> bool:
    """Whether signatures can be checked on this computer."""
    return importlib.util.find_spec("cryptography") is not None


def thumbprint(key: dict[str, Any]) -> str | None:
    """The id of a public key (RFC 7638, base64url); None for a key of no known kind."""
    names = REQUIRED.get(str(key.get("kty")))
    if names is None or not all(isinstance(key.get(name), str) for name in names):
        return None
    text = json.dumps({name: key[name] for name in names}, separators=(",", ":"), sort_keys=True)
    return b64url(hashlib.sha256(text.encode()).digest())


def es256(key: dict[str, Any], message: bytes, signature: bytes) -> bool:
    """Whether r ‖ s (64 bytes) is the P-256 key's signature over `message`."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    try:
        x, y = (int.from_bytes(unb64url(key[name]), "big") for name in ("x", "y"))
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        r, s = (int.from_bytes(part, "big") for part in (signature[:HALF], signature[HALF:]))
        public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return len(signature) == 2 * HALF


def ed25519(key: dict[str, Any], message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the Ed25519 key's over `message`."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        Ed25519PublicKey.from_public_bytes(unb64url(key["x"])).verify(signature, message)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return True
