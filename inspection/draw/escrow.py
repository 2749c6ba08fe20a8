"""托管: K under the supervisor's public key, before anything is frozen (draw.md §4.2).

HPKE (RFC 9180) in base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Sealing is written out here because
the ephemeral key must come from the command's randomness; opening is the library's own, on the supervisor's machine.
Pure.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inspection.draw.lot.digest import Hash, u16
from inspection.kernel.canonical import sha256_hex

EPHEMERAL_BYTES = 48  # 128 bits beyond the group's order: reducing them leaves no bias worth a word
POINT_BYTES = 65
ESCROW_BYTES = POINT_BYTES + 32 + 16
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_KEM = b"KEM" + u16(0x0010)
_SUITE = b"HPKE" + u16(0x0010) + u16(0x0001) + u16(0x0002)
_OPENING = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


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


def seal_key(public_key: bytes, secret: bytes, *, draw: bytes, randomness: bytes) -> bytes:
    """The escrow: encapsulated key (65 bytes), then K encrypted and its tag.

    `draw`: the id of the draw, bound into the ciphertext; `randomness`: 48 fresh bytes, never used again.

    Raises:
        ValueError: a key that is no point of P-256, or too little randomness.
    """
    if len(randomness) != EPHEMERAL_BYTES:
        raise ValueError("an escrow takes 48 random bytes")
    receiver = read_public_key(public_key)
    ephemeral = ec.derive_private_key(int.from_bytes(randomness, "big") % (_ORDER - 1) + 1, _CURVE)
    capsule = point(ephemeral.public_key())
    shared = _labeled_expand(
        _KEM,
        _labeled_extract(_KEM, b"", b"eae_prk", ephemeral.exchange(ec.ECDH(), receiver)),
        b"shared_secret",
        capsule + public_key,
        32,
    )
    context = b"\x00" + b"".join(
        _labeled_extract(_SUITE, b"", label, text)
        for label, text in ((b"psk_id_hash", b""), (b"info_hash", _info(draw)))
    )
    inner = _labeled_extract(_SUITE, shared, b"secret", b"")
    key, nonce = (_labeled_expand(_SUITE, inner, label, context, n) for label, n in ((b"key", 32), (b"base_nonce", 12)))
    return capsule + AESGCM(key).encrypt(nonce, secret, None)


def open_escrow(private_key: ec.EllipticCurvePrivateKey, ciphertext: bytes, *, draw: bytes) -> bytes:
    """K, for the supervisor who holds the private key.

    Raises:
        ValueError: another key's, another draw's, or changed on the way.
    """
    try:
        return _OPENING.decrypt(ciphertext, private_key, info=_info(draw))
    except (InvalidTag, ValueError) as error:
        raise ValueError("this escrow does not open with this key for this draw") from error


def escrow_digest(h: Hash, ciphertext: bytes) -> bytes:
    """S(37 ‖ ciphertext): binds the escrow into the parameters."""
    return h(b"\x37" + ciphertext)


def _info(draw: bytes) -> bytes:
    return b"SR-DRAW/1 escrow " + draw


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, data: bytes) -> bytes:
    mac = HMAC(salt or bytes(32), hashes.SHA256())
    mac.update(b"HPKE-v1" + suite + label + data)
    return mac.finalize()


def _labeled_expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return HKDFExpand(hashes.SHA256(), length, u16(length) + b"HPKE-v1" + suite + label + info).derive(key)
