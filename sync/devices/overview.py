"""The tablets as the office sees them: who acts on them, when they were last heard of, and what is only on them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.authority.tokens import last_tokens
from mobile_contract.pull import SeqRange
from sync.devices import store, store_bindings, store_contacts, store_wipes
from sync.devices.bind import own_device
from sync.devices.store_bindings import BindingRow
from sync.devices.store_wipes import HoldingRow
from sync.push import store as store_push
from sync.push.log_heads import LogHead, missing
from sync.rows import DeviceRow

MOST_GAPS: Final = 20


@dataclass(frozen=True, slots=True)
class LogStanding:
    """How far one incarnation of a device's log is here. `gaps`: the first missing numbers below `top`, as ranges."""

    epoch: int
    seq: int
    top: int
    forked: bool
    gaps: tuple[SeqRange, ...]


@dataclass(frozen=True, slots=True)
class DeviceOverview:
    """One device. `feed_behind`: how many changes of its feed it has not confirmed; None before its first pull."""

    device: DeviceRow
    bound: tuple[BindingRow, ...]
    last_contact: datetime | None
    holding: HoldingRow | None
    logs: tuple[LogStanding, ...]
    feed_behind: int | None


async def device_overviews(authority: UUID, *, after: UUID | None = None, limit: int = 100) -> list[DeviceOverview]:
    """A page of an authority's devices in the order of their ids, those behind `after`."""
    return await _overviews(await store.page_of_devices(authority, after, limit))


async def device_overview(authority: UUID, device_id: UUID) -> DeviceOverview:
    """One device.

    Raises:
        NotFound: `device-unknown`: there is none, or it is another authority's.
    """
    (found,) = await _overviews([await own_device(device_id, authority)])
    return found


async def last_heard(authority: UUID, *, limit: int = 100) -> list[tuple[DeviceRow, datetime | None]]:
    """The first devices of an authority that are not revoked, and when each was last heard of."""
    page = [one for one in await store.page_of_devices(authority, None, limit) if one.revoked_at is None]
    ids = [device.id for device in page]
    holdings, places = await store_wipes.holdings(ids), await store_contacts.feed_places(ids)
    heard = await _heard(ids, holdings, {device: place[2] for device, place in places.items()})
    return [(device, heard.get(device.id)) for device in page]


async def _overviews(page: Sequence[DeviceRow]) -> list[DeviceOverview]:
    ids = [device.id for device in page]
    bound: dict[UUID, list[BindingRow]] = defaultdict(list)
    for row in await store_bindings.open_bindings(ids):
        bound[row.device].append(row)
    holdings = await store_wipes.holdings(ids)
    places = await store_contacts.feed_places(ids)
    heard = await _heard(ids, holdings, {device: place[2] for device, place in places.items()})
    logs = await _logs(ids)
    return [
        DeviceOverview(
            device=device,
            bound=tuple(bound[device.id]),
            last_contact=heard.get(device.id),
            holding=holdings.get(device.id),
            logs=tuple(logs[device.id]),
            feed_behind=places[device.id][0] - places[device.id][1] if device.id in places else None,
        )
        for device in page
    ]


async def _heard(
    ids: Collection[UUID], holdings: Mapping[UUID, HoldingRow], confirmed: Mapping[UUID, datetime | None]
) -> dict[UUID, datetime]:
    """When each was last heard of: by a push, a report of what it holds, a pull, or a token."""
    receipts, tokens = await store_contacts.newest_receipts(ids), await last_tokens(ids)
    heard: dict[UUID, datetime] = {}
    for device in ids:
        held = holdings.get(device)
        signs = [receipts.get(device), tokens.get(device), confirmed.get(device), held.reported_at if held else None]
        if known := [sign for sign in signs if sign is not None]:
            heard[device] = max(known)
    return heard


async def _logs(ids: Collection[UUID]) -> dict[UUID, list[LogStanding]]:
    logs: dict[UUID, list[LogStanding]] = defaultdict(list)
    for log_id, head in await store_push.logs_of(ids):
        logs[head.device].append(await _standing(log_id, head))
    return logs


async def _standing(log_id: UUID, head: LogHead) -> LogStanding:
    beyond = [slot.seq for slot in await store_push.tail(log_id)] if head.top > head.seq else []
    gaps = missing(head.seq, beyond, head.top)
    return LogStanding(head.epoch, head.seq, head.top, head.forked, gaps[:MOST_GAPS])
