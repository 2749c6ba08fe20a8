"""The key of a device: ES256 with raw r ‖ s signatures, as WebCrypto writes them."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from mobile_contract.base import b64url, unb64url
from mobile_contract.enrol import thumbprint
from mobile_contract.signed import DeviceJwk, Purpose, ServerJwk, SignedText

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SCALAR = 32
# RFC 6979: the same entry signed twice has the same signature, so worlds and examples are repeatable.
_SIGN = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class DeviceKey:
    """A P-256 key pair."""

    def __init__(self, scalar: int) -> None:
        if not 0 < scalar < ORDER:
            raise ValueError("not a P-256 scalar")
        self._private = ec.derive_private_key(scalar, ec.SECP256R1())
        numbers = self._private.public_key().public_numbers()
        self.jwk = DeviceJwk(x=b64url(numbers.x.to_bytes(_SCALAR, "big")), y=b64url(numbers.y.to_bytes(_SCALAR, "big")))
        self.kid = thumbprint(self.jwk)

    @classmethod
    def of_entropy(cls, noise: bytes) -> DeviceKey:
        """A key of at least 40 random bytes (FIPS 186-5, A.2.1)."""
        return cls(int.from_bytes(noise, "big") % (ORDER - 1) + 1)

    @classmethod
    def of_bytes(cls, secret: bytes) -> DeviceKey:
        """The key that `secret` gave."""
        return cls(int.from_bytes(secret, "big"))

    def secret(self) -> bytes:
        """32 bytes to keep on the device. A real tablet keeps its key where it cannot be read at all."""
        return self._private.private_numbers().private_value.to_bytes(_SCALAR, "big")

    def sign(self, message: bytes) -> bytes:
        """64 bytes r ‖ s."""
        r, s = decode_dss_signature(self._private.sign(message, _SIGN))
        return r.to_bytes(_SCALAR, "big") + s.to_bytes(_SCALAR, "big")


def server_signed(keys: tuple[ServerJwk, ...], purpose: Purpose, signed: SignedText) -> bool:
    """Whether one of the server keys this device learnt at enrolment signed the text for this purpose."""
    key = next((key for key in keys if key.kid == signed.k), None)
    if key is None:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(unb64url(key.x))
        public.verify(unb64url(signed.s), purpose.message(signed.p))
    except InvalidSignature:
        return False
    return True
