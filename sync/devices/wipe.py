"""A device is told to erase itself, and says that it did (docs/sync.md, Devices).

The office cannot erase a tablet, only ask it to: until the acknowledgement, signed by the tablet's key, is there, the
data count as still out there. Work that nobody else has is given up only if the order says so.
"""

import asyncio
from uuid import UUID

from pydantic import ValidationError

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.base import unb64url
from mobile_contract.devices import WipedAnswer, WipedRequest, WipedStatement
from mobile_contract.problems import ProblemCode
from mobile_contract.signed import Purpose
from sync.devices import store, store_wipes
from sync.devices.bind import own_device
from sync.devices.tokens import as_device
from sync.rows import DeviceRow
from sync.signatures import public_key, verify


async def order_wipe(cmd: Command, *, device_id: UUID, authority_id: UUID, also_unsent: bool) -> UUID:
    """Tell a device to erase itself; the order's id. The same order again is the same order.

    Raises:
        NotFound: `device-unknown`: not of this authority.
        Conflict: it has erased itself already.
    """
    device = await own_device(device_id, authority_id)
    return await in_unit(_order, cmd, device.id, also_unsent)


async def acknowledge_wipe(cmd: Command, *, device_id: UUID, request: WipedRequest) -> WipedAnswer:
    """Note that a device erased itself, and what was lost with it. Repeating it changes nothing.

    Raises:
        NotFound: `device-unknown`.
        Invalid: the statement is not one of this device, signed by its key.
        Conflict: nobody told it to.
    """
    device = await store.device(device_id)
    if device is None:
        raise NotFound(ProblemCode.DEVICE_UNKNOWN, "sync.device_unknown")
    statement = _read(request, device)
    if not await asyncio.to_thread(_signed, request, device):
        raise Invalid(ProblemCode.INVALID, "sync.wipe_unproven")
    return await in_unit(_acknowledge, as_device(cmd, device), statement)


async def _order(cmd: Command, device_id: UUID, also_unsent: bool) -> UUID:
    device = await store.lock_device(device_id)
    if device.wiped_at is not None:
        raise Conflict(ProblemCode.CONFLICT, "sync.wiped_already")
    if device.wipe_order is not None and device.wipe_unsent == also_unsent:
        return device.wipe_order
    order = cmd.new_id()
    await store_wipes.order(device_id, order, cmd.now, cmd.actor.id, also_unsent)
    await append(
        cmd.event(EventKind.DEVICE_WIPE_ORDERED, f"device:{device_id}", order=str(order), also_unsent=also_unsent)
    )
    return order


async def _acknowledge(cmd: Command, statement: WipedStatement) -> WipedAnswer:
    device = await store.lock_device(statement.device)
    if device.wiped_at is not None:
        return WipedAnswer(wiped_at=device.wiped_at)
    # Of an order that another one replaced meanwhile as well: the device is empty, whichever it obeyed.
    if device.wipe_order is None:
        raise Conflict(ProblemCode.CONFLICT, "sync.no_wipe")
    await store_wipes.done(device.id, cmd.now, statement.lost_entries)
    await append(
        cmd.event(
            EventKind.DEVICE_WIPED,
            f"device:{device.id}",
            order=str(statement.order),
            lost_entries=statement.lost_entries,
            lost_files=statement.lost_files,
        )
    )
    return WipedAnswer(wiped_at=cmd.now)


def _read(request: WipedRequest, device: DeviceRow) -> WipedStatement:
    try:
        statement = WipedStatement.model_validate_json(request.p)
    except ValidationError as error:
        raise Invalid(ProblemCode.INVALID, "sync.wipe_unproven") from error
    if statement.device != device.id or request.k != device.kid:
        raise Invalid(ProblemCode.INVALID, "sync.wipe_unproven")
    return statement


def _signed(request: WipedRequest, device: DeviceRow) -> bool:
    return verify(public_key(device.key), Purpose.WIPED.message(request.p), unb64url(request.s))
