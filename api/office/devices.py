"""Tablets, seen from the office: invite, list, revoke."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from api.process import process_of
from mobile_contract.base import Wire
from sync.devices import store
from sync.devices.invite import Invitation, invite_device
from sync.devices.revoke import revoke_device
from sync.rows import DeviceRow


class Invite(Wire):
    """For whom one device may enrol."""

    inspector: UUID


class Revocation(Wire):
    """Why a device is revoked."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class DeviceView(Wire):
    """An enrolled tablet."""

    id: UUID
    name: str
    inspector: UUID
    enrolled_at: datetime
    revoked_at: datetime | None


@post("/enrolment-codes", opt={"action": Action.DEVICE_INVITE, "uncompressed": True})
async def invite(request: AnyRequest, data: JSONBody[Invite]) -> Invitation:
    """A single-use code, told once, by which one tablet enrols for an inspector within ten minutes."""
    authority = authority_of(request)
    return await invite_device(command(request), inspector_id=data.inspector, authority_id=authority)


@get("/devices", opt={"action": Action.DEVICE_READ})
async def read_devices(request: AnyRequest) -> tuple[DeviceView, ...]:
    """The tablets of this authority."""
    return tuple(_view(row) for row in await store.devices(authority_of(request)))


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


def _view(row: DeviceRow) -> DeviceView:
    return DeviceView(
        id=row.id, name=row.name, inspector=row.inspector, enrolled_at=row.enrolled_at, revoked_at=row.revoked_at
    )


router = Router("/office", route_handlers=[invite, read_devices, revoke], tags=["office: devices"])
