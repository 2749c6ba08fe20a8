"""Which inspectors may act on a device: the one it was enrolled for, and those the office bound to it (sync.md §2.2).

A binding is judged when an entry arrives, like every other right (I24): what an inspector wrote on a device arrives
flagged `not-bound` before he is bound and after he is unbound, and a leader may admit it.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.registry.find import inspectors
from mobile_contract.problems import ProblemCode
from sync.devices import store, store_bindings
from sync.pull import feeds
from sync.pull import store as store_feeds
from sync.rows import DeviceRow


async def acting_inspectors(device_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """By device, who may act on it now; unknown devices are left out."""
    return await acting_on(await store.devices_by_id(device_ids))


async def acting_on(devices: Collection[DeviceRow]) -> Mapping[UUID, frozenset[UUID]]:
    """`acting_inspectors` of devices that were read already."""
    acting = {device.id: {device.inspector} for device in devices}
    for row in await store_bindings.open_bindings(acting):
        acting[row.device].add(row.inspector)
    return {device: frozenset(people) for device, people in acting.items()}


async def bind_inspector(cmd: Command, *, device_id: UUID, inspector_id: UUID, authority_id: UUID) -> None:
    """Let a further inspector act on a device, from now on; its feed gets his visits. Repeating it is harmless.

    Raises:
        NotFound: `device-unknown`, `inspector-unknown`: not of this authority, or not in service any more.
        Conflict: the device was taken out of use.
    """
    device = await own_device(device_id, authority_id)
    inspector = (await inspectors([inspector_id])).get(inspector_id)
    if inspector is None or inspector.authority != authority_id or not inspector.active:
        raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "sync.inspector_unknown")
    if inspector_id != device.inspector:
        await in_unit(_bind, cmd, device.id, inspector_id)


async def unbind_inspector(cmd: Command, *, device_id: UUID, inspector_id: UUID, authority_id: UUID) -> None:
    """End a binding; visits that nobody else on the device may see leave its feed. Repeating it is harmless.

    Raises:
        NotFound: `device-unknown`, `inspector-unknown`: not of this authority.
        Conflict: the device was enrolled for this inspector: revoke it instead.
    """
    device = await own_device(device_id, authority_id)
    inspector = (await inspectors([inspector_id])).get(inspector_id)
    if inspector is None or inspector.authority != authority_id:
        # Before anything is locked: the audience of another authority's inspector is none of ours.
        raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "sync.inspector_unknown")
    if inspector_id == device.inspector:
        raise Conflict(ProblemCode.CONFLICT, "sync.enrolled_inspector")
    await in_unit(_unbind, cmd, device.id, inspector_id)


async def own_device(device_id: UUID, authority_id: UUID) -> DeviceRow:
    """A device of this authority.

    Raises:
        NotFound: `device-unknown`: there is none, or it is another authority's.
    """
    device = await store.device(device_id)
    if device is None or device.authority != authority_id:
        raise NotFound(ProblemCode.DEVICE_UNKNOWN, "sync.device_unknown")
    return device


async def _bind(cmd: Command, device_id: UUID, inspector: UUID) -> None:
    # Before anything is read: a visit that is unsealed for him at this moment is either seen here or sees the binding.
    await store_feeds.lock_audience([inspector])
    device = await store.lock_device(device_id)
    if device.revoked_at is not None:
        raise Conflict(ProblemCode.CONFLICT, "sync.out_of_use")
    if await store_bindings.add_binding(cmd.new_id(), device_id, inspector, cmd.now, cmd.actor.id):
        await append(cmd.event(EventKind.DEVICE_BOUND, f"device:{device_id}", inspector=str(inspector)))
        await feeds.fill(device_id, [inspector], cmd.now)


async def _unbind(cmd: Command, device_id: UUID, inspector: UUID) -> None:
    await store_feeds.lock_audience([inspector])
    await store.lock_device(device_id)
    if await store_bindings.end_binding(device_id, inspector, cmd.now, cmd.actor.id):
        await append(cmd.event(EventKind.DEVICE_UNBOUND, f"device:{device_id}", inspector=str(inspector)))
        staying = (await acting_inspectors([device_id]))[device_id]
        await feeds.withdraw(device_id, inspector, staying, cmd.now)
