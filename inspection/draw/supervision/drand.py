"""The public beacon drand, network quicknet, as a plug-in.

`FIELDCHECK_BEACON=inspection.draw.supervision.drand:Quicknet` turns it on.

Needs the extra `beacon` (py_ecc). Scheme bls-unchained-g1-rfc9380: the network signs SHA-256 of the round's number
(eight bytes, big-endian) with a BLS signature in G1 under its public key in G2; the randomness is SHA-256 of the
signature. The figures are those of the network's own chain information
(52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971).
"""

import hashlib
import sys
from importlib import import_module
from typing import Any

_PUBLIC_KEY = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
_SUITE = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_MODULES = ("optimized_bls12_381", "bls.point_compression", "bls.hash_to_curve")
_SIGNATURE_BYTES = 48


class Quicknet:
    """drand's network of short rounds."""

    network = "drand-quicknet"
    genesis = 1_692_803_367
    period = 3

    def verify(self, round_number: int, value: bytes, signature: bytes) -> bool:
        """Whether the network brought out `value` in this round; about half a second of computing."""
        if len(signature) != _SIGNATURE_BYTES or hashlib.sha256(signature).digest() != value or round_number < 1:
            return False
        try:
            return _signed(hashlib.sha256(round_number.to_bytes(8, "big")).digest(), signature)
        except (ValueError, OverflowError):
            return False  # no point of the curve


def _signed(message: bytes, signature: bytes) -> bool:
    """e(signature, G2) = e(H(message), public key), for a signature of the right subgroup."""
    # Only where a beacon is in use, and by name: the library takes megabytes and its types are stricter than itself.
    curve, packed, to_curve = (_imported(f"py_ecc.{name}") for name in _MODULES)

    point = packed.decompress_G1(int.from_bytes(signature, "big"))
    if curve.is_inf(point) or not curve.is_inf(curve.multiply(point, curve.curve_order)):
        return False
    half = len(_PUBLIC_KEY) // 2
    key = packed.decompress_G2((int.from_bytes(_PUBLIC_KEY[:half], "big"), int.from_bytes(_PUBLIC_KEY[half:], "big")))
    hashed = to_curve.hash_to_G1(message, _SUITE, hashlib.sha256)
    both = curve.pairing(key, hashed, final_exponentiate=False) * curve.pairing(
        curve.neg(curve.G2), point, final_exponentiate=False
    )
    return bool(curve.final_exponentiate(both) == curve.FQ12.one())


def _imported(name: str) -> Any:
    """The library lets the whole process recurse a hundredfold when it is imported: a text nested as deep would then
    break the process instead of being refused. It does not need it.
    """
    depth = sys.getrecursionlimit()
    try:
        return import_module(name)
    finally:
        sys.setrecursionlimit(depth)
