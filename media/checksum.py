"""Upload-Checksum of tus 1.0.0: what one piece of an upload hashes to. Pure.

The whole file's SHA-256 is what decides in the end; a checksum finds a broken piece at once, where a client sends one.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

ALGORITHMS: Final = ("sha256", "sha1", "md5")
"""sha1 is what tus demands of every server; md5 is what older clients have."""


class Hasher(Protocol):
    """What `hashlib` makes."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece must hash to."""

    algorithm: str
    digest: bytes

    def hasher(self) -> Hasher:
        """A fresh hash of this algorithm."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def check(self, hasher: Hasher) -> None:
        """Compare with what the whole piece came to.

        Raises:
            Invalid: it is another piece than was sent (460).
        """
        if hasher.digest() != self.digest:
            raise self.mismatch()

    def mismatch(self) -> Invalid:
        """The refusal of a piece that did not come as it was sent (460); nothing of it is kept."""
        return Invalid(ProblemCode.CHECKSUM_MISMATCH, "media.checksum_mismatch", algorithm=self.algorithm)


def read_checksum(headers: Mapping[str, str]) -> Checksum | None:
    """The checksum that a request announces; `None` without one.

    Raises:
        Invalid: an algorithm we do not know, or no hash of its length in Base64 (400).
    """
    told = headers.get("upload-checksum")
    if told is None:
        return None
    algorithm, _, encoded = told.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise _unreadable("algorithm")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unreadable("base64") from error
    found = Checksum(algorithm, digest)
    if len(digest) != len(found.hasher().digest()):
        raise _unreadable("length")
    return found


def _unreadable(what: str) -> Invalid:
    known = ", ".join(ALGORITHMS)
    return Invalid(ProblemCode.UPLOAD_METADATA, "media.checksum", problem=what, known=known)
