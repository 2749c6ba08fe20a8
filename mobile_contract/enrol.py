"""Enrolment: a single-use code of ten minutes and a proof that the device holds the key it names.

The code is the nonce of the proof: the server chose it, it is fresh, and it opens nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import UUID

from pydantic import Field

from mobile_contract.base import KeyId, ShortText, SignatureText, Wire, b64url
from mobile_contract.push import LogState
from mobile_contract.signed import DeviceJwk, Purpose, ServerJwk, SignedText

_ENROL: Final = "fieldcheck://enrol"
EnrolmentCodeText = Annotated[str, Field(pattern=r"^[A-Z2-7]{16}$")]
"""80 random bits in base32."""


class EnrolRequest(Wire):
    """Body of POST /v1/devices."""

    code: EnrolmentCodeText
    """As the office gave it."""
    key: DeviceJwk
    """The public half of the device's new key."""
    proof: SignatureText
    """ES256 over `enrolment_message(code, kid)` by the new key."""
    name: ShortText
    """What the device calls itself, for people."""
    device: UUID | None = None
    """The number that this key had before. A server that was restored from a backup older than the enrolment gives it
    again, so that what the device signed under it is its own; where the number is taken there is a new one."""


class EnrolAnswer(Wire):
    """What an enrolled device keeps. Repeating a request whose answer was lost gives a new token."""

    device: UUID
    """The number of the device: `dev` of its entries."""
    kid: KeyId
    inspector: UUID
    """The inspector it was enrolled for: `ins` of the entries he makes."""
    token: ShortText
    """Opens the channel together with a proof by the key."""
    token_expires: datetime
    """The server's instant, UTC."""
    history: UUID
    """The server's life."""
    server_keys: Annotated[tuple[ServerJwk, ...], Field(min_length=1, max_length=100)]
    """The keys whose signatures the device believes."""
    logs: Annotated[tuple[LogState, ...], Field(max_length=10_000)]
    """What the server holds of this device's own log: empty at the first enrolment."""
    anchor: SignedText
    """The first time anchor."""


class TokenAnswer(Wire):
    """Answer of POST /v1/devices/token: a token for the key whose proof came with the request."""

    token: ShortText
    token_expires: datetime


def enrolment_message(code: str, kid: str) -> bytes:
    """The bytes whose signature proves that the device holds the key."""
    return Purpose.ENROLMENT.message(f"{code}.{kid}")


def enrolment_uri(server: str, code: str) -> str:
    """What the QR code of an invitation says: `fieldcheck://enrol?server=<address>&code=<code>`, both percent-coded."""
    return f"{_ENROL}?{urlencode({'server': server, 'code': code}, quote_via=quote, safe='')}"


def read_enrolment_uri(uri: str) -> tuple[str, str]:
    """Server and code of an invitation; ValueError for anything else."""
    told = parse_qs(urlsplit(uri).query, strict_parsing=True, max_num_fields=10)
    if uri.partition("?")[0] != _ENROL or not {"server", "code"} <= told.keys():
        raise ValueError("not an invitation")
    return told["server"][0], told["code"][0]


def thumbprint(key: DeviceJwk | ServerJwk) -> str:
    """The key's id: RFC 7638 thumbprint with SHA-256, base64url."""
    required = {"crv": key.crv, "kty": key.kty, "x": key.x}
    if isinstance(key, DeviceJwk):
        required["y"] = key.y
    text = json.dumps(required, sort_keys=True, separators=(",", ":"))
    return b64url(hashlib.sha256(text.encode()).digest())
