"""Queries of the orders to erase a device, and of what devices say they still hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from mobile_contract.devices import Holding
from sync.tables import Device, DeviceHolding


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """What a device said it still held, and when it said so."""

    device: UUID
    reported_at: datetime
    held: Holding


async def order(device: UUID, order_id: UUID, at: datetime, by: str, also_unsent: bool) -> None:
    """Keep an order to erase; it takes the place of an earlier one."""
    await Device.update(
        {
            Device.wipe_order: order_id,
            Device.wipe_ordered_at: at,
            Device.wipe_ordered_by: by,
            Device.wipe_unsent: also_unsent,
        }
    ).where(Device.id == device)


async def done(device: UUID, at: datetime, lost: int) -> None:
    """Keep that a device erased itself, and how many entries went with it."""
    await Device.update({Device.wiped_at: at, Device.wiped_lost: lost}).where(Device.id == device)


async def keep_holding(device: UUID, at: datetime, held: Holding) -> None:
    """Keep what a device says it holds, in the place of what it said before; inside a unit of work."""
    await DeviceHolding.raw(
        "INSERT INTO device_holding (device, reported_at, entries, files, bytes, oldest_wall, app) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (device) DO UPDATE SET reported_at = excluded.reported_at, "
        "entries = excluded.entries, files = excluded.files, bytes = excluded.bytes, "
        "oldest_wall = excluded.oldest_wall, app = excluded.app",
        device,
        at,
        held.entries,
        held.files,
        held.bytes,
        held.oldest_wall,
        held.app,
    )


async def holdings(devices: Iterable[UUID]) -> dict[UUID, HoldingRow]:
    """What these devices said they held; those that never said are left out."""
    wanted = sorted(set(devices))
    if not wanted:
        return {}
    rows = await DeviceHolding.select().where(DeviceHolding.device.is_in(wanted))
    return {
        plain_uuid(row["device"]): HoldingRow(
            device=plain_uuid(row["device"]),
            reported_at=row["reported_at"],
            held=Holding(
                entries=row["entries"],
                files=row["files"],
                bytes=row["bytes"],
                oldest_wall=row["oldest_wall"],
                app=row["app"],
            ),
        )
        for row in rows
    }
