"""Queries of who may act on a device besides the inspector it was enrolled for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from sync.tables import DeviceBinding


@dataclass(frozen=True, slots=True)
class BindingRow:
    """An inspector who may act on a device now, since when."""

    device: UUID
    inspector: UUID
    bound_at: datetime


async def add_binding(row_id: UUID, device: UUID, inspector: UUID, at: datetime, by: str) -> bool:
    """Open a binding; False when it is open already."""
    row = {"id": row_id, "device": device, "inspector": inspector, "bound_at": at, "bound_by": by}
    return await bulk_insert(DeviceBinding, [row], on_conflict="nothing") == 1


async def end_binding(device: UUID, inspector: UUID, at: datetime, by: str) -> bool:
    """End an open binding; False when there is none."""
    rows = (
        await DeviceBinding.update({DeviceBinding.ended_at: at, DeviceBinding.ended_by: by})
        .where(
            DeviceBinding.device == device,
            DeviceBinding.inspector == inspector,
            DeviceBinding.ended_at.is_null(),
        )
        .returning(DeviceBinding.id)
    )
    return bool(rows)


async def open_bindings(devices: Iterable[UUID]) -> list[BindingRow]:
    """The open bindings of these devices, by device and inspector."""
    wanted = sorted(set(devices))
    if not wanted:
        return []
    rows = await ask(
        "SELECT device, inspector, bound_at FROM device_binding WHERE {} AND ended_at IS NULL",
        one_of("device", [str(device) for device in wanted]),
    )
    found = [BindingRow(plain_uuid(row["device"]), plain_uuid(row["inspector"]), row["bound_at"]) for row in rows]
    return sorted(found, key=lambda row: (row.device, row.inspector))


async def devices_bound_to(inspectors: Iterable[UUID]) -> list[UUID]:
    """The devices to which one of these inspectors is bound now."""
    wanted = sorted(set(inspectors))
    if not wanted:
        return []
    rows = await DeviceBinding.select(DeviceBinding.device).where(
        DeviceBinding.inspector.is_in(wanted), DeviceBinding.ended_at.is_null()
    )
    return sorted({plain_uuid(row["device"]) for row in rows})
