"""The server's part in the freshness of a proof: nonces that nobody else can make, and proofs that come once only.

A nonce is its instant and a MAC over it: nothing is stored, any process of the same server knows it, and another server
does not (RFC 9449 §8). What was proven with one is remembered for as long as the nonce holds: in this process's memory,
and where there may be other processes in the database too (`proofs.py`).
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from mobile_contract.base import b64url, unb64url

NONCE_LIFE: Final = timedelta(minutes=5)
NONCE_SECRET: Final = "sync/dpop-nonce/v1"  # noqa: S105 -- the label the secret is derived under
_TIME, _MAC = 6, 16
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SLICE: Final = 10_000
"""Milliseconds whose proofs are remembered, and forgotten, together."""


def write_nonce(now: datetime, secret: bytes) -> str:
    """A nonce of this instant, 30 characters."""
    plain = ((now - _EPOCH) // _MILLISECOND).to_bytes(_TIME, "big")
    return b64url(plain + _mac(plain, secret))


def read_nonce(text: str, now: datetime, secret: bytes) -> int | None:
    """When it was given (ms since 1970), if this server did so within the last five minutes; else None.

    The clock may have been set back since: a nonce of up to five minutes ahead holds as well.
    """
    try:
        data = unb64url(text)
    except ValueError:
        return None
    plain, mac = data[:_TIME], data[_TIME:]
    if not hmac.compare_digest(mac, _mac(plain, secret)):
        return None
    given = int.from_bytes(plain, "big")
    return given if abs((now - _EPOCH) // _MILLISECOND - given) <= NONCE_LIFE // _MILLISECOND else None


def _mac(plain: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, plain, hashlib.sha256).digest()[:_MAC]


def proof_name(identity: str) -> bytes:
    """What is remembered of a proof: 16 bytes."""
    return hashlib.sha256(identity.encode()).digest()[:_MAC]


def ended_before(now: datetime) -> int:
    """The instant (ms since 1970) whose nonces, and all before, hold no more whoever's clock is asked."""
    return (now - 2 * NONCE_LIFE - _EPOCH) // _MILLISECOND


class SeenProofs:
    """Which proofs came already. When there are too many, the oldest nonces end early instead of being forgotten."""

    def __init__(self, most: int = 100_000) -> None:
        self._slices: dict[int, set[bytes]] = {}
        self._most = most
        self._count = 0
        self._floor = 0

    def __len__(self) -> int:
        return self._count

    def first(self, given: int, name: bytes, now: datetime) -> bool:
        """Whether a proof of this name, with a nonce of the instant `given` (ms), comes for the first time.

        False as well for a nonce that ended early: either way the client goes on with a fresh nonce.
        """
        present = (now - _EPOCH) // _MILLISECOND
        self._forget(present)
        number = given // _SLICE
        # A floor ahead of the clock is from before the clock was set back: it would refuse every fresh nonce.
        if number < self._floor <= present // _SLICE:
            return False
        seen = self._slices.setdefault(number, set())
        if name in seen:
            return False
        seen.add(name)
        self._count += 1
        return True

    def _forget(self, present: int) -> None:
        life = NONCE_LIFE // _MILLISECOND
        for number in [number for number in self._slices if abs(present - number * _SLICE) > life + _SLICE]:
            self._count -= len(self._slices.pop(number))
        while self._count >= self._most and len(self._slices) > 1:
            oldest = min(self._slices)
            self._count -= len(self._slices.pop(oldest))
            self._floor = oldest + 1
