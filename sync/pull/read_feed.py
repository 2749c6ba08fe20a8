"""Pull: what changed in a device's own feed, each topic once and in its latest state."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.keys import ServerKeys
from inspection.kernel.signals import Counted, count
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.base import b64url
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import MAX_ITEMS, PullAnswer, SnapshotAnswer
from sync.devices.standing import reading_device
from sync.histories import WENT_BACK, current_history, follow_history
from sync.opaque import CURSOR_SECRET
from sync.pull import store
from sync.pull.lapse import take_back
from sync.pull.page import Page, PageMaker
from sync.pull.places import Place, read_place, write_place
from sync.pull.read_page import Asked, Found, find
from sync.pull.write_items import with_items
from sync.tell_time import anchor

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")
PAGE_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class Pulled:
    """The JSON of a `PullAnswer`. `confirms`: the number that the device confirmed by asking, if that is news: to be
    noted with `confirm`, after the answer has gone out, because it waits for whoever writes.
    """

    json: bytes
    confirms: int | None


async def pull(
    cmd: Command, *, device_id: UUID, keys: ServerKeys, cursor: str | None, limit: int = PAGE_ROWS
) -> PullAnswer:
    """`pull_json` as a value, and what it confirms noted."""
    pulled = await pull_json(cmd, device_id=device_id, keys=keys, cursor=cursor, limit=limit)
    if pulled.confirms is not None:
        await confirm(cmd, device_id=device_id, seq=pulled.confirms)
    return PullAnswer.model_validate_json(pulled.json)


async def confirm(cmd: Command, *, device_id: UUID, seq: int) -> None:
    """Note how far a device has applied its feed. Lost, it costs one longer answer; a lower number changes nothing."""
    await store.confirm(device_id, seq, cmd.now)


async def pull_json(
    cmd: Command, *, device_id: UUID, keys: ServerKeys, cursor: str | None, limit: int = PAGE_ROWS
) -> Pulled:
    """The changes behind `cursor` (None: from the beginning), at most `limit` of them and about 1 MiB.

    It reads the device's own rows only and writes nothing (I21), unless the device went back or lost a right.

    Raises:
        NotFound, Refused: the device is not enrolled, was revoked, or shall erase itself.
        Invalid: `cursor-invalid`: not a cursor of this device's feed.
        Conflict: `history-changed`, `cursor-ahead`: pull a snapshot; nothing the device wrote is in question.
    """
    secret = keys.secret(CURSOR_SECRET)
    found, page = await _page(cmd, Asked(device_id, cursor, secret, min(max(limit, 1), MAX_ITEMS)))
    if page.lost:
        await take_back(cmd, device_id, page.lost)
    more = not found.last or bool(page.lost)
    count(Counted.PULLED, amount=len(page.items))
    answer = PullAnswer(
        from_=cursor,
        to=write_place(found.start.after(page), secret),
        head=found.state.head,
        more=more,
        items=(),
        digest=None if more else b64url(found.state.digest),
        anchor=anchor(keys, cmd.now, found.start.history, device=device_id, feed=found.start.seq),
    )
    told = with_items(answer.model_dump_json(by_alias=True, exclude={"items"}).encode(), page.items)
    return Pulled(told, found.start.seq if found.start.seq > found.state.confirmed else None)


async def _page(cmd: Command, asked: Asked) -> tuple[Found, Page]:
    """The page, once it is noted if the device went back, which changes what it is known to have."""
    found = await find(asked)
    if found is None:
        await current_history(cmd)
        found = await find(asked)
    if found is not None and found.page is None and not found.overtaken:
        await in_unit(store.fall_back, asked.device, found.start.seq, cmd.now)
        found = await find(asked, fallen=True)
    if found is None or found.page is None:
        log.error("the store went back", device=str(asked.device), cursor=found and found.start.seq)
        await follow_history(cmd, WENT_BACK, found.start.history if found else None)
        raise Conflict(ProblemCode.CURSOR_AHEAD, "sync.cursor_ahead")
    return found, found.page


async def snapshot(cmd: Command, *, device_id: UUID, keys: ServerKeys, page: str | None) -> SnapshotAnswer:
    """`snapshot_json` as a value."""
    return SnapshotAnswer.model_validate_json(await snapshot_json(cmd, device_id=device_id, keys=keys, page=page))


async def snapshot_json(cmd: Command, *, device_id: UUID, keys: ServerKeys, page: str | None) -> bytes:
    """Everything that stands in the feed, page by page: a `SnapshotAnswer`. Its cursor is taken before the first page
    is read.

    Raises:
        NotFound, Refused: the device is not enrolled, was revoked, or shall erase itself.
        Invalid: `cursor-invalid`: not a page of this device's snapshot.
        Conflict: `history-changed`: begin again without a page.
    """
    device = await reading_device(device_id)
    secret = keys.secret(CURSOR_SECRET)
    start = Place(await current_history(cmd), device.id)
    if page is None:
        head, newest = await store.feed_end(device.id)
        start = replace(start, seq=head, newest=newest)
    else:
        start = read_place(page, secret, start, "page")
    changes = await store.topics_after(device.id, start.topic, PAGE_ROWS)
    shown = await PageMaker(device, None, start.cut).make(changes)
    if shown.lost:
        await take_back(cmd, device.id, shown.lost)
    more = shown.full or len(changes) == PAGE_ROWS
    count(Counted.PULLED, amount=len(shown.items))
    answer = SnapshotAnswer(
        cursor=write_place(replace(start, cut=None, topic=""), secret),
        next=write_place(start.behind(shown), secret, "page") if more else None,
        items=(),
    )
    return with_items(answer.model_dump_json(exclude={"items"}).encode(), shown.items)
