"""What a device may still do: read, only hand in what it holds, or nothing any more (docs/sync.md, Devices)."""

from datetime import datetime
from uuid import UUID

from inspection.kernel.errors import NotFound, Refused
from mobile_contract.problems import ProblemCode
from sync.devices import store
from sync.rows import DeviceRow


async def reading_device(device_id: UUID) -> DeviceRow:
    """The device, if it may read.

    Raises:
        NotFound: it is not enrolled.
        Refused: `device-wipe`: it was told to erase itself, or has; `device-revoked`: it may hand in what it holds
            until `submit_until`.
    """
    device = await _known(device_id)
    if device.wipe_order is not None:
        raise Refused(ProblemCode.DEVICE_WIPE, "sync.device_wipe", order=str(device.wipe_order))
    if device.revoked_at is not None:
        raise _revoked(device)
    return device


async def submitting_device(device_id: UUID, now: datetime) -> DeviceRow:
    """The device, if it may hand in what it holds: entries, files, and the comparison of its logs.

    Raises:
        NotFound: it is not enrolled.
        Refused: `device-revoked`: its days of grace are over; another device or an export file may carry its entries.
    """
    device = await _known(device_id)
    check_submitting(device, now)
    return device


def check_submitting(device: DeviceRow, now: datetime) -> None:
    """`submitting_device` for one that was read already."""
    if device.revoked_at is not None and now >= (device.grace_until or device.revoked_at):
        raise Refused(ProblemCode.DEVICE_REVOKED, "sync.device_shut", **_until(device))


async def _known(device_id: UUID) -> DeviceRow:
    device = await store.device(device_id)
    if device is None:
        raise NotFound(ProblemCode.DEVICE_UNKNOWN, "sync.device_unknown")
    return device


def _revoked(device: DeviceRow) -> Refused:
    return Refused(ProblemCode.DEVICE_REVOKED, "sync.device_revoked", **_until(device))


def _until(device: DeviceRow) -> dict[str, str | None]:
    until = device.grace_until or device.revoked_at
    return {"submit_until": until.isoformat() if until else None}
