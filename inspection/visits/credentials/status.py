"""The status of every credential that may still be good, as one short signed list (IETF Token Status List). Pure.

Two bits each: good, certificate no longer valid, recused, no longer assigned. A phone keeps the list with the page.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

import jwt

from inspection.kernel.credential_keys import CredentialKeys
from inspection.visits.credentials.claims import ALGORITHM
from mobile_contract.base import b64url

TYPE: Final = "statuslist+jwt"
BITS: Final = 2
_EACH: Final = 8 // BITS
LISTED_FOR: Final = timedelta(hours=24)
"""How long a list is good for: a page that was opened yesterday says that it is of yesterday."""


class Status(IntEnum):
    """What became of a credential since it was given."""

    GOOD = 0
    CERTIFICATE = 1
    """The certificate is expired, suspended or revoked."""
    RECUSED = 2
    """The inspector withdrew or was withdrawn from this visit for an interest in it."""
    UNASSIGNED = 3
    """Somebody else goes, or the visit was cancelled."""


def packed(statuses: Mapping[int, Status]) -> bytes:
    """By number, two bits each, the lowest first in a byte; numbers that are not named are good."""
    size = max(statuses, default=0) // _EACH + 1
    found = bytearray(size)
    for number, status in statuses.items():
        found[number // _EACH] |= status << (BITS * (number % _EACH))
    return bytes(found)


def unpacked(list_: bytes, number: int) -> Status:
    """The status of a number in a packed list; one beyond its end was given after it was made, and is good."""
    at = number // _EACH
    return Status(list_[at] >> (BITS * (number % _EACH)) & 3) if 0 <= at < len(list_) else Status.GOOD


def signed_list(statuses: Mapping[int, Status], address: str, keys: CredentialKeys, now: datetime) -> str:
    """The list as a JWT: `sub` is its address, `exp` until when a phone may go by it."""
    told = {
        "sub": address,
        "iat": int(now.timestamp()),
        "exp": int((now + LISTED_FOR).timestamp()),
        "status_list": {"bits": BITS, "lst": b64url(zlib.compress(packed(statuses), 9))},
    }
    return jwt.encode(told, keys.private, algorithm=ALGORITHM, headers={"kid": keys.kid, "typ": TYPE})
