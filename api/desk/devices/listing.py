"""The tablets: all of them, and one with everything that the office can do about it."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.devices.shown import choices, shown_all
from api.desk.forms import Form, acted, filled
from api.office.devices import Binding, Revocation, Wiping
from api.permits import Action
from api.process import process_of
from inspection.registry.find import inspectors_of
from sync.devices.bind import bind_inspector, unbind_inspector
from sync.devices.overview import device_overview, device_overviews
from sync.devices.revoke import revoke_device
from sync.devices.wipe import order_wipe

PAGE: Final = 50
READ: Final = {"action": Action.DEVICE_READ}


@get("/desk/devices", opt=READ)
async def read_devices(request: AnyRequest, after: FromQuery[UUID | None] = None) -> Response[bytes]:
    """The tablets of this authority: whose, when last heard of, what only they have."""
    return await devices_page(request, after)


@get("/desk/devices/{device_id:uuid}", opt=READ)
async def read_device(request: AnyRequest, device_id: FromPath[UUID]) -> Response[bytes]:
    """One tablet: its people, its logs, what it holds; revoke it, tell it to erase itself."""
    return await device_page(request, device_id)


@post("/desk/devices/{device_id:uuid}/bindings", opt={"action": Action.DEVICE_BIND})
async def bind(request: AnyRequest, device_id: FromPath[UUID]) -> Response[bytes]:
    """A further inspector may act on it."""

    async def do(form: Form) -> str:
        told, authority = filled(form, Binding), authority_of(request)
        cmd = command(request)
        await bind_inspector(cmd, device_id=device_id, inspector_id=told.inspector, authority_id=authority)
        return see(f"/desk/devices/{device_id}", "desk_devices.done_bound")

    return await acted(request, do, lambda: device_page(request, device_id))


@post("/desk/devices/{device_id:uuid}/bindings/{inspector_id:uuid}/end", opt={"action": Action.DEVICE_BIND})
async def unbind(request: AnyRequest, device_id: FromPath[UUID], inspector_id: FromPath[UUID]) -> Response[bytes]:
    """An inspector may not act on it any more."""

    async def do(_: Form) -> str:
        cmd, authority = command(request), authority_of(request)
        await unbind_inspector(cmd, device_id=device_id, inspector_id=inspector_id, authority_id=authority)
        return see(f"/desk/devices/{device_id}", "desk_devices.done_unbound")

    return await acted(request, do, lambda: device_page(request, device_id))


@post("/desk/devices/{device_id:uuid}/revocation", opt={"action": Action.DEVICE_REVOKE})
async def revoke(request: AnyRequest, device_id: FromPath[UUID]) -> Response[bytes]:
    """Take it out of use."""

    async def do(form: Form) -> str:
        reason, days = filled(form, Revocation).reason, process_of(request).settings.revoked_grace_days
        cmd, authority = command(request), authority_of(request)
        await revoke_device(cmd, device_id=device_id, authority_id=authority, reason=reason, grace_days=days)
        return see(f"/desk/devices/{device_id}", "desk_devices.done_revoked")

    return await acted(request, do, lambda: device_page(request, device_id))


@post("/desk/devices/{device_id:uuid}/wipe", opt={"action": Action.DEVICE_WIPE})
async def wipe(request: AnyRequest, device_id: FromPath[UUID]) -> Response[bytes]:
    """Tell it to erase itself."""

    async def do(form: Form) -> str:
        unsent, cmd = filled(form, Wiping).also_unsent, command(request)
        await order_wipe(cmd, device_id=device_id, authority_id=authority_of(request), also_unsent=unsent)
        return see(f"/desk/devices/{device_id}", "desk_devices.done_wipe")

    return await acted(request, do, lambda: device_page(request, device_id))


async def devices_page(request: AnyRequest, after: UUID | None = None) -> Response[bytes]:
    """A page of the tablets."""
    authority = authority_of(request)
    found = await device_overviews(authority, after=after, limit=PAGE + 1)
    page = await shown_all(found[:PAGE])
    people = choices(await inspectors_of(authority))
    more = str(page[-1].told.device.id) if len(found) > PAGE else None
    return desk_page(request, "desk_devices/devices.html", devices=page, people=people, after=more, first=after is None)


async def device_page(request: AnyRequest, device_id: UUID) -> Response[bytes]:
    """One tablet."""
    authority = authority_of(request)
    told = await device_overview(authority, device_id)
    (one,) = await shown_all([told])
    acting = {told.device.inspector, *(row.inspector for row in told.bound)}
    people = choices(await inspectors_of(authority), acting)
    days = process_of(request).settings.revoked_grace_days
    return desk_page(request, "desk_devices/device.html", one=one, people=people, grace_days=days)


HANDLERS: Final = (read_devices, read_device, bind, unbind, revoke, wipe)
