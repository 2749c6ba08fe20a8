"""Pull: what changed in a device's own feed, each topic once and in its latest state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, DomainError, Invalid
from inspection.kernel.keys import ServerKeys
from inspection.visits.card import visit_card
from mobile_contract.base import canonical_bytes
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import MAX_ITEMS, MAX_PAGE_BYTES, FeedItem, FeedOp, PullAnswer, RemoveReason, SnapshotAnswer
from sync.devices.bind import acting_on
from sync.devices.standing import reading_device
from sync.histories import WENT_BACK, current_history, start_history
from sync.opaque import CURSOR_SECRET, Cursor, ForeignCursorError, read_cursor, write_cursor
from sync.pull import store
from sync.pull.topics import VISIT, visit_of
from sync.rows import DeviceRow, FeedChange

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")
PAGE_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class _Page:
    items: tuple[FeedItem, ...]
    full: bool
    """Whether the page stopped because of its size."""


async def pull(
    cmd: Command, *, device_id: UUID, keys: ServerKeys, cursor: str | None, limit: int = PAGE_ROWS
) -> PullAnswer:
    """The changes behind `cursor` (None: from the beginning), at most `limit` of them and about 1 MiB.

    Raises:
        NotFound, Refused: the device is not enrolled, or was revoked.
        Invalid: `cursor-invalid`: not a cursor of this device's feed.
        Conflict: `history-changed`, `cursor-ahead`: pull a snapshot; nothing the device wrote is in question.
    """
    device = await reading_device(device_id)
    secret = keys.secret(CURSOR_SECRET)
    history = await current_history(cmd)
    head = await store.feed_head(device.id)
    start = await _place(cmd, cursor, secret, Cursor(history, device.id, 0), head)
    rows = min(max(limit, 1), MAX_ITEMS)
    changes = await store.changes_after(device.id, start, rows)
    page = await _page(device, changes)
    reached = page.items[-1].seq if page.full else changes[-1].seq if changes else start
    return PullAnswer(
        from_=cursor,
        to=write_cursor(Cursor(history, device.id, reached), secret),
        head=max(head, reached),
        more=page.full or len(changes) == rows,
        items=page.items,
    )


async def snapshot(cmd: Command, *, device_id: UUID, keys: ServerKeys, page: str | None) -> SnapshotAnswer:
    """Everything that stands in the feed, page by page. Its cursor is taken before the first page is read.

    Raises:
        NotFound, Refused: the device is not enrolled, or was revoked.
        Invalid: `cursor-invalid`: not a page of this device's snapshot.
        Conflict: `history-changed`: begin again without a page.
    """
    device = await reading_device(device_id)
    secret = keys.secret(CURSOR_SECRET)
    history = await current_history(cmd)
    start = Cursor(history, device.id, await store.feed_head(device.id))
    if page is not None:
        start = _own(page, secret, start, "page")
    changes = await store.topics_after(device.id, start.after, PAGE_ROWS)
    shown = await _page(device, changes)
    following = None
    if shown.full or len(changes) == PAGE_ROWS:
        last = shown.items[-1].topic
        following = write_cursor(Cursor(history, device.id, start.seq, last), secret, "page")
    return SnapshotAnswer(
        cursor=write_cursor(Cursor(history, device.id, start.seq), secret), next=following, items=shown.items
    )


async def _place(cmd: Command, text: str | None, secret: bytes, origin: Cursor, head: int) -> int:
    if text is None:
        return 0
    cursor = _own(text, secret, origin, "pull")
    if cursor.seq > head:
        # Only a store that went back can be behind a cursor of its own: nobody announced the restore.
        log.error("the store went back", device=str(origin.feed), cursor=cursor.seq, head=head)
        await start_history(cmd, WENT_BACK)
        raise Conflict(ProblemCode.CURSOR_AHEAD, "sync.cursor_ahead")
    return cursor.seq


def _own(text: str, secret: bytes, origin: Cursor, kind: str) -> Cursor:
    try:
        cursor = read_cursor(text, secret, kind)
    except ForeignCursorError as error:
        raise Invalid(ProblemCode.CURSOR_INVALID, "sync.cursor_invalid") from error
    if cursor.feed != origin.feed:
        raise Invalid(ProblemCode.CURSOR_INVALID, "sync.cursor_invalid")
    if cursor.history != origin.history:
        raise Conflict(ProblemCode.HISTORY_CHANGED, "sync.history_changed", history=str(origin.history))
    return cursor


async def _page(device: DeviceRow, changes: Sequence[FeedChange]) -> _Page:
    if not changes:
        return _Page((), full=False)
    acting = (await acting_on([device]))[device.id]
    items: list[FeedItem] = []
    size = 0
    for change in changes:
        if not change.topic.startswith(VISIT):
            continue
        item, weight = await _item(acting, change)
        if items and size + weight > MAX_PAGE_BYTES:
            return _Page(tuple(items), full=True)
        items.append(item)
        size += weight
    return _Page(tuple(items), full=False)


async def _item(acting: frozenset[UUID], change: FeedChange) -> tuple[FeedItem, int]:
    """The topic's latest state. The right to see it was checked when the row was written, and is checked again here."""
    if change.op is FeedOp.REMOVE:
        return FeedItem(topic=change.topic, seq=change.seq, op=change.op, reason=change.reason), len(change.topic)
    try:
        card = await visit_card(visit_of(change.topic))
    except DomainError:
        card = None
    if card is None or not acting & {member.inspector for member in card.team}:
        gone = FeedItem(topic=change.topic, seq=change.seq, op=FeedOp.REMOVE, reason=RemoveReason.REASSIGNED)
        return gone, len(change.topic)
    put = FeedItem(topic=change.topic, seq=change.seq, op=FeedOp.PUT, rev=card.digest(), data=card)
    return put, len(canonical_bytes(card))
