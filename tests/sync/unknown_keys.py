"""A tablet whose key the server does not know (yet), as after a restore from a backup older than its enrolment."""

from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.client import Device
from sync.tables import Device as Row
from tests.sync.world import World


async def forget(device: Device) -> None:
    """Its key is nobody's."""
    await Row.update({Row.kid: "x" * 43}).where(Row.id == device.id)


async def know(world: World, device: Device) -> None:
    """Its key is known again, and the journal says so as enrolment does."""
    await Row.update({Row.kid: device.key.kid}).where(Row.id == device.id)
    payload = {"kid": device.key.kid, "inspector": str(device.inspector)}
    async with unit_of_work():
        await append(world.cmd().event(EventKind.DEVICE_ENROLLED, f"device:{device.id}", **payload))
