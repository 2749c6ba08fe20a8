"""Codes of an app (TOTP, RFC 6238): six digits, thirty seconds, SHA-1, as every app knows them. Pure.

The secret is kept sealed (AES-256-GCM) by a key that is made of the server's own: the database alone opens nothing.
"""

import hmac
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp import TOTP

from inspection.kernel.keys import ServerKeys
from mobile_contract.base import b64url, unb64url

SECRET_BYTES: Final = 20
NONCE_BYTES: Final = 12
STEP_S: Final = 30
SLACK: Final = 1
"""Steps before and after: a phone's clock, and the time that typing takes (RFC 6238 §5.2)."""
_LABEL: Final = "time-codes/v1"


def seal(keys: ServerKeys, account: UUID, secret: str, nonce: bytes) -> str:
    """The secret as it is kept; it opens for this account only. `nonce`: 12 random bytes."""
    return b64url(nonce + AESGCM(keys.secret(_LABEL)).encrypt(nonce, secret.encode(), account.bytes))


def unseal(keys: ServerKeys, account: UUID, sealed: str) -> str | None:
    """The secret; also of a key before this one. None: it is of none of our keys, or of another account."""
    told = unb64url(sealed)
    nonce, rest = told[:NONCE_BYTES], told[NONCE_BYTES:]
    for key in (keys.secret(_LABEL), *(former for former, _ in keys.former_secrets(_LABEL))):
        try:
            return AESGCM(key).decrypt(nonce, rest, account.bytes).decode()
        except InvalidTag:
            continue
    return None


def step_of(secret: str, typed: str, now: datetime, last_step: int | None) -> int | None:
    """The step that `typed` is the code of, within the slack and after `last_step`: no code is taken twice."""
    app, present = TOTP(secret), int(now.timestamp()) // STEP_S
    fits = [
        step
        for step in range(present - SLACK, present + SLACK + 1)
        if hmac.compare_digest(app.generate_otp(step).encode(), typed.encode())
    ]
    return next((step for step in fits if last_step is None or step > last_step), None)


def address_of(secret: str, username: str, issuer: str) -> str:
    """What the QR code says to an app (`otpauth:`)."""
    return TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)
