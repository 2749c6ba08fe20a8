"""Verification of entry signatures. Pure and slow: run it off the event loop.

Checking one signature costs more than everything else that is done with an entry. Within one push the newest header of
each contiguous run of a log is checked: `prev` makes it vouch for its predecessors, byte for byte.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from mobile_contract.base import unb64url
from mobile_contract.envelope import signed_bytes
from mobile_contract.signed import DeviceJwk

_HALF = 32
_SIGNATURE = 2 * _HALF


class Claim(NamedTuple):
    """One header that says it was signed by the key `kid`. `number`: its line.

    A tuple, as everything that is made anew for every entry of a push: it costs a third of a frozen object.
    """

    number: int
    kid: str
    dev: UUID
    ep: int
    seq: int
    prev: str | None
    hash: str
    p: bytes
    sig: bytes


@lru_cache(maxsize=4096)
def public_key(jwk: DeviceJwk) -> ec.EllipticCurvePublicKey:
    """The key of a JWK; ValueError when its point is not on P-256."""
    x = int.from_bytes(unb64url(jwk.x), "big")
    y = int.from_bytes(unb64url(jwk.y), "big")
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def verify(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Whether a raw r ‖ s signature (64 bytes, as WebCrypto writes it) of `message` is by this key."""
    if len(signature) != _SIGNATURE:
        return False
    r = int.from_bytes(signature[:_HALF], "big")
    s = int.from_bytes(signature[_HALF:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def authentic(
    claims: Sequence[Claim], keys: Mapping[str, ec.EllipticCurvePublicKey], known: frozenset[str] = frozenset()
) -> frozenset[int]:
    """The lines that are signed by their key, directly or through a newer header of the push.

    By line and not by hash: a second copy of a header with a worthless signature does not profit from the first.

    A run whose newest header fails is checked one by one, so that a bad signature costs only its own entry. Headers
    that are `known` (in the store) were verified when they came first: whatever stands beside them now, they vouch.
    """
    good: set[int] = set()
    for run in runs(claims):
        key = keys.get(run[-1].kid)
        if key is None:
            continue
        if run[-1].hash in known or _signed(key, run[-1]):
            good.update(claim.number for claim in run)
        else:
            good.update(claim.number for claim in run[:-1] if claim.hash in known or _signed(key, claim))
    return frozenset(good)


def newest_of_runs(claims: Sequence[Claim]) -> frozenset[str]:
    """The hashes of the headers that would have to be verified."""
    return frozenset(run[-1].hash for run in runs(claims))


def runs(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Split claims into runs of one log in which each header names its predecessor's hash."""
    ordered = sorted(claims, key=lambda claim: (claim.kid, claim.dev, claim.ep, claim.seq, claim.number))
    run: list[Claim] = []
    for claim in ordered:
        if run and not _follows(claim, run[-1]):
            yield run
            run = []
        run.append(claim)
    if run:
        yield run


def _follows(claim: Claim, before: Claim) -> bool:
    same_log = (claim.kid, claim.dev, claim.ep) == (before.kid, before.dev, before.ep)
    return same_log and claim.seq == before.seq + 1 and claim.prev == before.hash


def _signed(key: ec.EllipticCurvePublicKey, claim: Claim) -> bool:
    return verify(key, signed_bytes(claim.p), claim.sig)
