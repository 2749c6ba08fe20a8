"""Pull: the changes of a device's own feed, the snapshot of it, and the comparison of logs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import ConfigDict, Field

from mobile_contract.base import Count, EntryHash, Position, Wire, b64url
from mobile_contract.checklist import PinnedChecklist
from mobile_contract.devices import Holding
from mobile_contract.envelope import EntryLine
from mobile_contract.push import LogState, Reason
from mobile_contract.signed import SignedText
from mobile_contract.visit_card import VisitCard

MAX_ITEMS: Final = 1_000
DEFAULT_ITEMS: Final = 100
MAX_PAGE_BYTES: Final = 1024 * 1024
MAX_BLOCK: Final = 10_000
"""Entries in one block; no page has room for as many."""
MAX_CLAIMS: Final = 200
"""Logs in one inventory."""
MAX_RANGES: Final = 1_000
"""Ranges told of one log: who has offered these asks again."""

CursorText = Annotated[str, Field(max_length=1_000)]
"""Opaque. A device keeps it and sends it back; it never looks inside."""


class FeedOp(StrEnum):
    """What happened to a topic."""

    PUT = "put"
    """The topic's whole latest state stands in the item."""
    REMOVE = "remove"
    """Hide the topic, drop what others wrote in it, keep the own entries."""


class RemoveReason(StrEnum):
    """Why a topic left a feed."""

    REASSIGNED = "reassigned"
    RECUSED = "recused"
    CLOSED = "closed"
    PUBLISHED = "published"
    ERASED = "erased"


class GivenEntry(Wire):
    """One entry of a visit, byte for byte as it was signed."""

    vseq: Position
    """Its number in the visit's order of arrival."""
    line: EntryLine
    """As it was pushed; without `b` where the body was erased."""
    uncounted: Annotated[tuple[Reason, ...], Field(max_length=64)] = ()
    """Why it does not count, as it was found when it arrived; a leader may admit it."""


class EntryBlock(Wire):
    """The entries of a visit from number `after` + 1 to `through`, in order.

    `after` = 0: all there are to `through`; they replace what the device was told of them before. A block that does not
    fit a page is continued by the next one.
    """

    visit: UUID
    """Whose entries."""
    after: Count
    """What the block follows on: the number before its first."""
    through: Count
    """The number that the device has everything up to, once it is applied."""
    entries: Annotated[tuple[GivenEntry, ...], Field(max_length=MAX_BLOCK)]
    """In the order of their numbers."""


def topic_digest(topic: str, seq: int) -> bytes:
    """What a topic that stands in a feed adds (by XOR) to the feed's digest: 32 bytes."""
    return hashlib.sha256(f"{topic}\0{seq}".encode()).digest()


def feed_digest(topics: Mapping[str, int]) -> str:
    """The digest of a feed by the topics that stand in it, each with its number."""
    both = 0
    for topic, seq in topics.items():
        both ^= int.from_bytes(topic_digest(topic, seq), "big")
    return b64url(both.to_bytes(32, "big"))


class FeedItem(Wire):
    """One topic in its latest state. A topic stands once in a feed; a new change moves it to the end.

    Of `card`, `entries` and `checklist` the one that the topic is about stands here, and none with a removal.
    """

    topic: Annotated[str, Field(pattern=r"^[a-z]+:[^\x00-\x1f]+$", max_length=120)]
    """`visit:<uuid>`, `entries:<uuid>` or `checklist:<code>@<version>`."""
    seq: Position
    """Its number in the feed."""
    op: FeedOp
    """What happened."""
    reason: RemoveReason | None = None
    """Why it was removed."""
    rev: EntryHash | None = None
    """Digest of the canonical JSON of the card or the checklist."""
    card: VisitCard | None = None
    """With `visit:`."""
    entries: EntryBlock | None = None
    """With `entries:`."""
    checklist: PinnedChecklist | None = None
    """With `checklist:`."""


class PullAnswer(Wire):
    """Answer of GET /v1/sync/pull. Apply items and `to` in one step, only if `from` is the own cursor."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[CursorText | None, Field(alias="from")]
    """The cursor the request named; None for the first pull."""
    to: CursorText
    """The cursor once the page is applied."""
    head: Count
    """The feed's newest number when the page was read."""
    more: bool
    """Whether the feed goes on behind this page."""
    digest: EntryHash | None = None
    """When `more` is false: XOR over all topics that stand in the feed of SHA-256(topic ‖ 0x00 ‖ decimal seq).
    A device whose own differs takes a snapshot."""
    anchor: SignedText
    """A time anchor that also proves how far the device has confirmed its feed."""
    items: Annotated[tuple[FeedItem, ...], Field(max_length=MAX_ITEMS)]
    """In the order of the feed."""


class SnapshotAnswer(Wire):
    """Answer of GET /v1/sync/snapshot: every topic of the feed; what is not named is not there any more."""

    cursor: CursorText
    """Taken before the first page was read; valid once all pages are applied."""
    next: CursorText | None
    """The `page` of the next request; None at the end."""
    items: Annotated[tuple[FeedItem, ...], Field(max_length=MAX_ITEMS)]
    """In any order; none is a removal."""


class LogClaim(Wire):
    """The head of one log as a device holds it."""

    dev: UUID
    """Whose log."""
    ep: Position
    """Which incarnation of it."""
    seq: Position
    """The number of the newest entry."""
    hash: EntryHash
    """Its hash."""


class InventoryRequest(Wire):
    """Body of POST /v1/sync/inventory: which logs the device holds and how far."""

    heads: Annotated[tuple[LogClaim, ...], Field(max_length=MAX_CLAIMS)]
    """The newest entry of every log and incarnation."""
    holding: Holding | None = None
    """What it holds and nobody else has; left out by apps from before contract 2."""


class SeqRange(Wire):
    """Numbers from `first` to `last`, both included."""

    first: Position
    """The first number."""
    last: Position
    """The last number."""


class LogComparison(Wire):
    """What the server has of one log and which of the claimed numbers it lacks."""

    state: LogState
    """What the server has."""
    missing: Annotated[tuple[SeqRange, ...], Field(max_length=MAX_RANGES)]
    """The first of them, in order."""


class InventoryAnswer(Wire):
    """Answer of POST /v1/sync/inventory, in the order of the request."""

    history: UUID
    """The life of the server in which this is so."""
    logs: Annotated[tuple[LogComparison, ...], Field(max_length=MAX_CLAIMS)]
    """One for each claim."""
