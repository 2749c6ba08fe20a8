"""A passkey in software: what a browser and its device would answer (WebAuthn §6.1, §6.5; attestation `none`)."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from mobile_contract.base import b64url, unb64url

USER_PRESENT, USER_VERIFIED, CREDENTIAL = 0x01, 0x04, 0x40


@dataclass
class SoftPasskey:
    """One passkey of one site. `verifies`: whether the device makes sure of the person."""

    origin: str = "https://fieldcheck.example"
    site: str = "fieldcheck.example"
    verifies: bool = True
    id: bytes = b"credential-of-a-test"
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def made(self, options: str) -> str:
        """The answer to `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        named = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(CREDENTIAL) + named})
        told = {"clientDataJSON": self._client("webauthn.create", options), "attestationObject": b64url(attested)}
        return self._answer({**told, "transports": ["internal", "unheard-of"]})

    def given(self, options: str) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += 1
        client, data = self._client("webauthn.get", options), self._data(0)
        signed = self.key.sign(data + sha256(unb64url(client)).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": b64url(data), "signature": b64url(signed)})

    def _client(self, kind: str, options: str) -> str:
        told = {
            "type": kind,
            "challenge": json.loads(options)["challenge"],
            "origin": self.origin,
            "crossOrigin": False,
        }
        return b64url(json.dumps(told).encode())

    def _data(self, flags: int) -> bytes:
        flags |= USER_PRESENT | (USER_VERIFIED if self.verifies else 0)
        return sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, Any]) -> str:
        told = {"id": b64url(self.id), "rawId": b64url(self.id), "type": "public-key", "response": response}
        return json.dumps({**told, "clientExtensionResults": {}})
