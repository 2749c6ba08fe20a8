"""Texts that are signed as they are: anchors, receipts, tree heads, acknowledgements. The bytes travel unchanged."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from mobile_contract.base import Bytes32, KeyId, SignatureText, Wire

MAX_TEXT: Final = 1024 * 1024
"""Characters of a signed text; the longest is a receipt for a full push."""


class Purpose(StrEnum):
    """What a signature is for. The domain prefix keeps a signature for one purpose from serving another."""

    ENROLMENT = "insp/enrol/v1"
    TIME_ANCHOR = "insp/anchor/v1"
    RECEIPT = "insp/receipt/v1"
    TREE_HEAD = "insp/tree/v1"
    WIPED = "insp/wiped/v1"
    EXPORT = "insp/export/v1"
    SERVER_KEY = "insp/key/v1"
    CUSTODY = "insp/custody/v1"
    EVIDENCE = "insp/evidence/v1"

    def message(self, text: str) -> bytes:
        """The bytes that are signed."""
        return self.value.encode() + b"\x00" + text.encode()


class SignedText(Wire):
    """A JSON text `p` and the server's Ed25519 signature over `purpose ‖ 0x00 ‖ p`."""

    p: Annotated[str, Field(max_length=MAX_TEXT)]
    """The text, byte for byte as it was signed."""
    k: KeyId
    a: Literal["EdDSA"] = "EdDSA"
    s: SignatureText


class DeviceJwk(Wire):
    """A P-256 public key (RFC 7517, RFC 7518 §6.2)."""

    kty: Literal["EC"] = "EC"
    crv: Literal["P-256"] = "P-256"
    x: Bytes32
    y: Bytes32


class ServerJwk(Wire):
    """An Ed25519 public key of the server (RFC 8037)."""

    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    x: Bytes32
    kid: KeyId
