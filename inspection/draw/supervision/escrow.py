"""托管: K under the supervisor's public key, before anything is frozen (draw.md §4.2).

HPKE (RFC 9180) in base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inspection.draw.lot.digest import Hash
from inspection.kernel.canonical import sha256_hex

POINT_BYTES = 65
ESCROW_BYTES = POINT_BYTES + 32 + 16
_CURVE = ec.SECP256R1()
_SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def read_public_key(data: bytes) -> ec.EllipticCurvePublicKey:
    """A supervisor's public key from its uncompressed point (65 bytes).

    Raises:
        ValueError: no point of P-256.
    """
    if len(data) != POINT_BYTES:
        raise ValueError("a public key is an uncompressed point of P-256, 65 bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, data)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as its uncompressed point (65 bytes)."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_fingerprint(public_key: bytes) -> str:
    """SHA-256 (hex) of the point: what stands in the parameters, and what the supervisor compares by eye."""
    return sha256_hex(public_key)


def seal_key(public_key: bytes, secret: bytes, *, draw: bytes) -> bytes:
    """The escrow: encapsulated key (65 bytes), then K encrypted and its tag. `draw`: its id, bound into the ciphertext.

    Two escrows of one K differ: the library takes its ephemeral key from the system.

    Raises:
        ValueError: a key that is no point of P-256.
    """
    return _SUITE.encrypt(secret, read_public_key(public_key), info=_info(draw))


def open_escrow(private_key: ec.EllipticCurvePrivateKey, ciphertext: bytes, *, draw: bytes) -> bytes:
    """K, for the supervisor who holds the private key.

    Raises:
        ValueError: another key's, another draw's, or changed on the way.
    """
    try:
        return _SUITE.decrypt(ciphertext, private_key, info=_info(draw))
    except (InvalidTag, ValueError) as error:
        raise ValueError("this escrow does not open with this key for this draw") from error


def escrow_digest(h: Hash, ciphertext: bytes) -> bytes:
    """S(37 ‖ ciphertext): binds the escrow into the parameters."""
    return h(b"\x37" + ciphertext)


def _info(draw: bytes) -> bytes:
    return b"SR-DRAW/1 escrow " + draw
