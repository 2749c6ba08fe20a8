"""What a device is told about itself."""

from uuid import UUID

from inspection.kernel.errors import NotFound
from mobile_contract.devices import DeviceSelf, WipeOrder
from mobile_contract.problems import ProblemCode
from sync.devices import store
from sync.devices.bind import acting_on
from sync.rows import DeviceRow


async def tell_self(device_id: UUID) -> DeviceSelf:
    """How the device stands; open to every enrolled one, revoked or not.

    Raises:
        NotFound: `device-unknown`.
    """
    device = await store.device(device_id)
    if device is None:
        raise NotFound(ProblemCode.DEVICE_UNKNOWN, "sync.device_unknown")
    acting = await acting_on([device])
    return DeviceSelf(
        device=device.id,
        inspector=device.inspector,
        inspectors=tuple(sorted(acting[device.id])),
        revoked=device.revoked_at is not None,
        submit_until=device.grace_until or device.revoked_at,
        wipe=_order(device),
    )


def _order(device: DeviceRow) -> WipeOrder | None:
    if device.wipe_order is None or device.wipe_ordered_at is None or device.wiped_at is not None:
        return None
    return WipeOrder(order=device.wipe_order, ordered_at=device.wipe_ordered_at, also_unsent=bool(device.wipe_unsent))
