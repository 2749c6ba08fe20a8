"""Pull: the changes of a device's own feed, the snapshot of it, and the comparison of logs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import ConfigDict, Field

from mobile_contract.base import Count, EntryHash, Position, Wire
from mobile_contract.push import LogState
from mobile_contract.visit_card import VisitCard

MAX_ITEMS: Final = 1_000
DEFAULT_ITEMS: Final = 100
MAX_PAGE_BYTES: Final = 1024 * 1024

CursorText = Annotated[str, Field(max_length=200)]
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


class FeedItem(Wire):
    """One topic in its latest state. A topic stands once in a feed; a new change moves it to the end."""

    topic: Annotated[str, Field(pattern=r"^[a-z]+:[0-9A-Za-z@._-]+$", max_length=120)]
    """"visit:<uuid>"."""
    seq: Position
    op: FeedOp
    reason: RemoveReason | None = None
    rev: EntryHash | None = None
    """Digest of the canonical JSON of `data`; None for a removal."""
    data: VisitCard | None = None


class PullAnswer(Wire):
    """Answer of GET /v1/sync/pull. Apply items and `to` in one step, only if `from` is the own cursor."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[CursorText | None, Field(alias="from")]
    """The cursor the request named; None for the first pull."""
    to: CursorText
    head: Count
    """The feed's newest number when the page was read."""
    more: bool
    items: tuple[FeedItem, ...]


class SnapshotAnswer(Wire):
    """Answer of GET /v1/sync/snapshot: every topic of the feed; what is not named is not there any more."""

    cursor: CursorText
    """Taken before the first page was read; valid once all pages are applied."""
    next: CursorText | None
    """The `page` of the next request; None at the end."""
    items: tuple[FeedItem, ...]


class LogClaim(Wire):
    """The head of one log as a device holds it."""

    dev: UUID
    ep: Position
    seq: Position
    hash: EntryHash


class InventoryRequest(Wire):
    """Body of POST /v1/sync/inventory: which logs the device holds and how far."""

    heads: Annotated[tuple[LogClaim, ...], Field(max_length=200)]


class SeqRange(Wire):
    """Numbers from `first` to `last`, both included."""

    first: Position
    last: Position


class LogComparison(Wire):
    """What the server has of one log and which of the claimed numbers it lacks."""

    state: LogState
    missing: tuple[SeqRange, ...]


class InventoryAnswer(Wire):
    """Answer of POST /v1/sync/inventory, in the order of the request."""

    history: UUID
    logs: tuple[LogComparison, ...]
