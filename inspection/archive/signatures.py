"""Signatures, where `cryptography` is installed; the rest of the verifier needs the standard library only."""

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from inspection.archive.reading import Object, b64url, text_of, unb64url

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


@cache
def stamps_available() -> bool:
    """Whether time stamps can be checked on this computer."""
    return available() and importlib.util.find_spec("rfc3161_client") is not None


def server_text(keys: Mapping[str, Object], domain: bytes, signed: Object) -> bool:
    """Whether a signed text (`p`, `k`, `s`) is signed by the key it names, for this purpose."""
    kid = text_of(signed, "k")
    key = keys.get(kid)
    if key is None or thumbprint(key) != kid:
        return False
    return ed25519(key, domain + text_of(signed, "p").encode(), unb64url(text_of(signed, "s")))


def stamp_holds(response: bytes, text: str, at: datetime, trusted: Path | None) -> bool:
    """Whether a time-stamp response is for this text and tells this time; by `trusted` certificates if there are."""
    from inspection.kernel.timestamping import StampError, read_certificates, stamped_at  # noqa: PLC0415

    try:
        return stamped_at(response, text, read_certificates(trusted) if trusted else ()) == at
    except (StampError, ValueError):
        return False


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
