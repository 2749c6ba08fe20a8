"""Tablets, seen from the office: invite, list, bind, revoke, tell to erase themselves."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.language import preferred
from api.office.device_views import DeviceView, InvitationView, device_view
from api.pages.qr import qr
from api.permits import Action
from api.process import process_of
from inspection.kernel.catalogue import text
from mobile_contract.base import Wire
from mobile_contract.enrol import enrolment_uri
from sync.devices.bind import bind_inspector, unbind_inspector
from sync.devices.invite import invite_device
from sync.devices.overview import device_overviews
from sync.devices.revoke import revoke_device
from sync.devices.wipe import order_wipe

After = Annotated[UUID | None, QueryParameter(description="the last id of the page before")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


class Invite(Wire):
    """For whom one device may enrol."""

    inspector: UUID


class Binding(Wire):
    """Who may act on a device as well, from now on."""

    inspector: UUID


class Revocation(Wire):
    """Why a device is revoked."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class Wiping(Wire):
    """That a device shall erase itself. `also_unsent`: even what nobody else has."""

    also_unsent: bool = False


class WipeOrdered(Wire):
    """The order, as the device will be told it."""

    order: UUID


@post("/enrolment-codes", opt={"action": Action.DEVICE_INVITE, "uncompressed": True})
async def invite(request: AnyRequest, data: JSONBody[Invite]) -> InvitationView:
    """A single-use code, told once, as text and as a QR code: one tablet enrols with it within ten minutes."""
    authority = authority_of(request)
    invited = await invite_device(command(request), inspector_id=data.inspector, authority_id=authority)
    uri = enrolment_uri(process_of(request).settings.address, invited.code)
    label = text("api.enrolment_qr", preferred(request.headers.get("accept-language")))
    return InvitationView(
        code=invited.code, inspector=invited.inspector, expires_at=invited.expires_at, uri=uri, qr=qr(uri, label)
    )


@get("/devices", opt={"action": Action.DEVICE_READ})
async def read_devices(request: AnyRequest, after: After = None, limit: Limit = 100) -> tuple[DeviceView, ...]:
    """The tablets of this authority, page by page: who acts on them, when they were last heard of, what they hold."""
    found = await device_overviews(authority_of(request), after=after, limit=limit)
    return tuple(device_view(one) for one in found)


@post("/devices/{device_id:uuid}/bindings", opt={"action": Action.DEVICE_BIND}, status_code=204)
async def bind(request: AnyRequest, device_id: FromPath[UUID], data: JSONBody[Binding]) -> None:
    """A further inspector may act on this tablet, from now on."""
    authority = authority_of(request)
    await bind_inspector(command(request), device_id=device_id, inspector_id=data.inspector, authority_id=authority)


@delete("/devices/{device_id:uuid}/bindings/{inspector_id:uuid}", opt={"action": Action.DEVICE_BIND})
async def unbind(request: AnyRequest, device_id: FromPath[UUID], inspector_id: FromPath[UUID]) -> None:
    """He may not act on it any more; what he wrote stays, what of it arrives later is flagged."""
    authority = authority_of(request)
    await unbind_inspector(command(request), device_id=device_id, inspector_id=inspector_id, authority_id=authority)


@post("/devices/{device_id:uuid}/revocation", opt={"action": Action.DEVICE_REVOKE}, status_code=204)
async def revoke(request: AnyRequest, device_id: FromPath[UUID], data: JSONBody[Revocation]) -> None:
    """A lost or retired tablet reads nothing any more; for some days it may hand in what it holds."""
    await revoke_device(
        command(request),
        device_id=device_id,
        authority_id=authority_of(request),
        reason=data.reason,
        grace_days=process_of(request).settings.revoked_grace_days,
    )


@post("/devices/{device_id:uuid}/wipe", opt={"action": Action.DEVICE_WIPE}, status_code=200)
async def wipe(request: AnyRequest, device_id: FromPath[UUID], data: JSONBody[Wiping]) -> WipeOrdered:
    """Tell a tablet to hand in what it holds and to erase itself; it acknowledges with its key when it has."""
    authority = authority_of(request)
    order = await order_wipe(
        command(request), device_id=device_id, authority_id=authority, also_unsent=data.also_unsent
    )
    return WipeOrdered(order=order)


router = Router(
    "/office",
    route_handlers=[invite, read_devices, bind, unbind, revoke, wipe],
    tags=["office: devices"],
)
