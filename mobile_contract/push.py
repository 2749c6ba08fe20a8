"""Push: what a device sends up, the verdict on each line, and the receipt of custody.

The request body is NDJSON, one `EntryLine` a line, optionally gzip- or zstd-coded. The outcome of one line is a value,
never an HTTP error, and no line costs another one anything.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from mobile_contract.base import Count, EntryHash, FirstVersion, Position, Wire
from mobile_contract.envelope import TreeHead
from mobile_contract.signed import SignedText

MAX_PACKED_BYTES: Final = 1024 * 1024
MAX_UNPACKED_BYTES: Final = 8 * 1024 * 1024
MAX_LINES: Final = 500


class Verdict(StrEnum):
    """What became of one line, and what the device does."""

    ACCEPTED = "accepted"
    """Stored and folded: mark custody."""
    DUPLICATE = "duplicate"
    """Was there already, at the position told: mark custody."""
    HELD = "held"
    """Stored, folded as soon as what it refers to is known: mark custody."""
    FLAGGED = "flagged"
    """Stored and folded with a flag the leader sees: mark custody."""
    REFUSED = "refused"
    """Not authentic or not an entry: keep it, show it, never repeat it by itself, go on."""
    LATER = "later"
    """Not stored now: repeat with back-off."""

    @property
    def takes_custody(self) -> bool:
        """Whether the server has the entry in its store."""
        return self not in {Verdict.REFUSED, Verdict.LATER}


class Reason(StrEnum):
    """Why a verdict is not a plain "accepted"."""

    # held
    UNKNOWN_VISIT = "unknown-visit"
    UNKNOWN_CHECKLIST = "unknown-checklist"
    UNKNOWN_TYPE = "unknown-type"
    NEWER_VERSION = "newer-version"
    FUTURE_KEY = "future-key"
    BODY_MISSING = "body-missing"
    # flagged
    STALE_ASSIGNMENT = "stale-assignment"
    RECUSED = "recused"
    """Stated before its author could know that he was recused."""
    ACTED_AFTER_RECUSAL = "acted-after-recusal"
    """Stated although its author's tablet had been told of the recusal."""
    CANCELLED_TASK = "cancelled-task"
    CERTIFICATE_EXPIRED = "certificate-expired"
    """No certificate (执法证) of the author was valid when this was recorded at the latest."""
    SIGNED_PART = "signed-part"
    """Changes what the inspected party had signed and the leader did not send back."""
    LOG_WITNESS = "log-witness"
    """Names a tree head that this server never signed."""
    NOT_BOUND = "not-bound"
    NOT_IN_TEAM = "not-in-team"
    SUPERSEDED_CHECKLIST = "superseded-checklist"
    UNKNOWN_ITEM = "unknown-item"
    INVALID_VALUE = "invalid-value"
    INVALID_BODY = "invalid-body"
    LOG_GAP = "log-gap"
    LOG_FORK = "log-fork"
    ID_REUSE = "id-reuse"
    DEVICE_REVOKED = "device-revoked"
    CLOCK_SUSPECT = "clock-suspect"
    AFTER_APPROVAL = "after-approval"
    AFTER_PUBLICATION = "after-publication"
    # refused
    BAD_SIGNATURE = "bad-signature"
    UNKNOWN_KEY = "unknown-key"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    BODY_MISMATCH = "body-mismatch"
    # later
    BUSY = "busy"
    STORAGE = "storage"


class EntryVerdict(Wire):
    """The verdict on one line of the push."""

    line: Count
    """Which line of the request body, counted from 0, blank lines included."""
    hash: EntryHash | None = None
    """The entry's hash; None when the line could not be read as an entry."""
    verdict: Verdict
    """What became of the line."""
    reasons: Annotated[tuple[Reason, ...], Field(max_length=64)] = ()
    """Why the verdict is no plain `accepted`."""
    visit: UUID | None = None
    """The visit the entry is of, if of any."""
    vseq: Position | None = None
    """Position in the visit's order of arrival, for ever the same within a history."""


class LogState(Wire):
    """One device log as the server holds it."""

    dev: UUID
    """Whose log."""
    ep: Position
    """Which incarnation of it."""
    seq: Count
    """Every entry from 1 to here is in the store; 0 when the first is missing."""
    hash: EntryHash | None = None
    """Hash of the entry at `seq`; None at 0."""
    top: Count
    """The highest number in the store."""
    forked: bool = False
    """Two entries claimed one number: the device starts a new incarnation."""


class ReceiptEntry(Wire):
    """One entry in custody."""

    hash: EntryHash
    verdict: Verdict
    """As told in the answer."""
    visit: UUID | None = None
    """The visit the entry is of, if of any."""
    vseq: Position | None = None
    """Its number in the visit."""


class Receipt(Wire):
    """What the server signs after the transactions that stored the entries were committed."""

    v: FirstVersion = 1
    id: UUID
    """UUIDv7 by the server's clock."""
    history: UUID
    """The server's life in which it holds these entries."""
    carrier: UUID
    """The device that brought the entries; they may be signed by others."""
    received_at: datetime
    """The server's instant, UTC."""
    entries: Annotated[tuple[ReceiptEntry, ...], Field(max_length=MAX_LINES)]
    """What the server has taken into custody."""
    logs: Annotated[tuple[LogState, ...], Field(max_length=MAX_LINES)]
    """The logs the entries belong to, as stored now."""
    feed: Count
    """Head of the carrier's feed, so that it knows whether to pull."""
    sth: TreeHead | None = None
    """Size and root of the newest signed tree head; None before the first. What this receipt names may lie beyond."""
    merge_by: datetime | None = None
    """By when every entry named here has its place in the transparency log; None in receipts of contract 1."""


class PushAnswer(Wire):
    """Answer of POST /v1/sync/push."""

    verdicts: Annotated[tuple[EntryVerdict, ...], Field(max_length=MAX_LINES)]
    """One for each line that was read, in order."""
    truncated: bool = False
    """The body broke off: whole lines before the break were processed, the last partial line was not."""
    receipt: SignedText
    """Its text is a `Receipt`."""
    anchor: SignedText
    """A fresh time anchor."""
