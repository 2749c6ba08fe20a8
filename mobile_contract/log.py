"""The transparency log on the wire: signed tree heads, proofs and time stamps (RFC 9162, RFC 3161)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from mobile_contract.base import Count, EntryHash, FirstVersion, Position, Wire
from mobile_contract.signed import SignedText

ProofPath = Annotated[tuple[EntryHash, ...], Field(max_length=64)]
"""Node hashes from the leaves to the root, in the order of RFC 9162."""


class KeptHistory(Wire):
    """An older history, and how many leaves of its tree the present one begins with: what a restore did not lose."""

    history: UUID
    """The older history."""
    kept: Count
    """Leaves of it that the present one begins with."""


class LogHead(Wire):
    """The text of a signed tree head (purpose `insp/tree/v1`).

    Every head is consistent with every earlier one of its history, and with those of the older histories in `past` up
    to `kept` leaves. A larger head of an older history tells of leaves that a restore of the server lost.
    """

    v: FirstVersion = 1
    size: Count
    """How many entries are in the tree."""
    root: EntryHash
    """The root over their leaf hashes; a leaf's input is the 32 bytes of an entry's hash."""
    at: datetime
    """When it was signed, UTC."""
    history: UUID
    """The life of the server whose log this is."""
    past: Annotated[tuple[KeptHistory, ...], Field(max_length=100)] = ()
    """Oldest first."""

    def kept_of(self, history: UUID) -> int | None:
        """Up to which size heads of this history must be consistent with this one; None: whatever their size."""
        if history == self.history:
            return None
        return next((old.kept for old in self.past if old.history == history), 0)


class HeadAnswer(Wire):
    """Answer of GET /v1/log/sth: the text of `signed` is a `LogHead`; None while the log is empty."""

    signed: SignedText | None
    """Its text is a `LogHead`."""


class InclusionAnswer(Wire):
    """Answer of GET /v1/log/inclusion/{hash}: the entry is leaf `place`, counted from 0, of the tree of `size`."""

    hash: EntryHash
    place: Count
    """Counted from 0."""
    size: Position
    """Leaves of the tree."""
    path: ProofPath
    """The proof (RFC 9162 §2.1.3.1)."""


class ConsistencyAnswer(Wire):
    """Answer of GET /v1/log/consistency: the tree of `second` leaves begins with the tree of `first`."""

    first: Count
    """Leaves of the smaller tree."""
    second: Count
    """Leaves of the larger tree."""
    path: ProofPath
    """The proof (RFC 9162 §2.1.4.1)."""


class StampAnswer(Wire):
    """Answer of GET /v1/log/stamps/{day}: a time-stamp authority saw the head of that local day's end.

    `response` is the whole TimeStampResp (RFC 3161 §2.4.2) in base64; its imprint is the SHA-256 of the bytes of
    `head.p`: `openssl ts -verify` checks it against the authority's certificates.
    """

    day: date
    """The local day."""
    head: SignedText
    """Its text is a `LogHead`."""
    response: Annotated[str, Field(max_length=100_000)]
    """The stamp, base64 of DER."""
    at: datetime
    """The time the stamp tells."""
    url: Annotated[str, Field(max_length=2_000)]
    """The authority that stamped."""
