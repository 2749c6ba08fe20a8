"""What leaves the store: frozen values, never rows of a table."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mobile_contract.pull import FeedOp, RemoveReason
from mobile_contract.signed import DeviceJwk


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """An enrolled device. `grace_until`: how long a revoked one may still hand in what it holds."""

    id: UUID
    authority: UUID
    inspector: UUID
    kid: str
    key: DeviceJwk
    name: str
    enrolled_at: datetime
    revoked_at: datetime | None = None
    grace_until: datetime | None = None
    wipe_order: UUID | None = None
    wipe_ordered_at: datetime | None = None
    wipe_unsent: bool | None = None
    wiped_at: datetime | None = None
    wiped_lost: int | None = None
    revoked_reason: str | None = None


@dataclass(frozen=True, slots=True)
class CodeRow:
    """An enrolment code that was issued."""

    id: UUID
    authority: UUID
    inspector: UUID
    expires_at: datetime
    used_at: datetime | None
    device: UUID | None


@dataclass(frozen=True, slots=True)
class FeedChange:
    """One row of a feed. Of a topic of entries: its newest number, and from which cursor on a device has which of them
    (`given_vseq` −1: nobody has any that are as they are now). `changed`: when it moved, µs since 1970.
    """

    topic: str
    seq: int
    op: FeedOp
    reason: RemoveReason | None
    vseq: int = 0
    given_seq: int | None = None
    given_vseq: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed as a whole: its newest number, how far its device confirmed it, below what it was swept, its digest.

    `before`: when the row changed (µs since 1970) on which the place that was asked for stands, or the last before it.
    """

    head: int = 0
    confirmed: int = 0
    floor: int = 0
    digest: bytes = bytes(32)
    before: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A refused line: its digest and size in full, its bytes as far as they are kept."""

    sha256: str
    size: int
    content: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt as it was signed."""

    id: UUID
    carrier: UUID
    history: UUID
    received_at: datetime
    text: str
    kid: str
    signature: bytes
