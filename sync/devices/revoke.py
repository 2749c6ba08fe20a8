"""A device is taken out of use: at once for reading, later for handing in what it holds."""

from datetime import timedelta
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from sync.devices import store
from sync.devices.bind import own_device


async def revoke_device(cmd: Command, *, device_id: UUID, authority_id: UUID, reason: str, grace_days: int) -> None:
    """Take a device out of use. What it handed in before stays; what arrives later is stored, flagged, not counted.

    For `grace_days` days it may hand in what it holds; after that others may carry it. Repeating it changes nothing.

    Raises:
        NotFound: `device-unknown`: not of this authority.
    """
    device = await own_device(device_id, authority_id)
    await in_unit(_revoke, cmd, device.id, reason, timedelta(days=grace_days))


async def _revoke(cmd: Command, device_id: UUID, reason: str, grace: timedelta) -> None:
    until = cmd.now + grace
    if await store.revoke_device(device_id, cmd.now, reason, until):
        await append(
            cmd.event(EventKind.DEVICE_REVOKED, f"device:{device_id}", reason=reason, submit_until=until.isoformat())
        )
