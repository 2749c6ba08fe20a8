"""Queries of devices and the codes they enrol with."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update, one_of
from mobile_contract.signed import DeviceJwk
from sync.devices.store_bindings import devices_bound_to
from sync.rows import CodeRow, DeviceRow
from sync.tables import (
    Device,
    EnrolmentCode,
)


async def add_code(code: CodeRow, code_hash: str, issued_by: str, issued_at: datetime) -> None:
    """Keep an enrolment code by its SHA-256."""
    row = {
        "id": code.id,
        "authority": code.authority,
        "inspector": code.inspector,
        "code_hash": code_hash,
        "issued_by": issued_by,
        "issued_at": issued_at,
        "expires_at": code.expires_at,
    }
    await bulk_insert(EnrolmentCode, [row])


async def lock_code(code_hash: str) -> CodeRow | None:
    """The code of this hash, locked until commit: of two devices with one code the second sees it used."""
    rows = await EnrolmentCode.raw(
        "SELECT id, authority, inspector, expires_at, used_at, device "
        f"FROM enrolment_code WHERE code_hash = {{}}{for_update()}",
        code_hash,
    )
    return _code(rows[0]) if rows else None


async def count_run_out(before: datetime) -> int:
    """How many codes ran out before that, and nobody used them."""
    count: int = await EnrolmentCode.count().where(EnrolmentCode.used_at.is_null(), EnrolmentCode.expires_at < before)
    return count


async def drop_run_out(before: datetime, limit: int) -> int:
    """Forget at most so many of them; how many."""
    some = "SELECT id FROM enrolment_code WHERE used_at IS NULL AND expires_at < {} LIMIT {}"
    return len(await EnrolmentCode.raw(f"DELETE FROM enrolment_code WHERE id IN ({some}) RETURNING id", before, limit))


async def end_codes(at: datetime) -> int:
    """Let every unused code end now at the latest; how many would have gone on."""
    table = EnrolmentCode
    rows = table.update({table.expires_at: at}).where(table.used_at.is_null(), table.expires_at > at)
    return len(await rows.returning(table.id))


async def use_code(code_id: UUID, device: UUID, at: datetime) -> None:
    """Mark a code as spent on this device."""
    await EnrolmentCode.update({EnrolmentCode.used_at: at, EnrolmentCode.device: device}).where(
        EnrolmentCode.id == code_id
    )


async def add_device(device: DeviceRow) -> bool:
    """Keep a new device; False when its key is already enrolled."""
    row = {
        "id": device.id,
        "authority": device.authority,
        "inspector": device.inspector,
        "kid": device.kid,
        "key_x": device.key.x,
        "key_y": device.key.y,
        "name": device.name,
        "enrolled_at": device.enrolled_at,
    }
    return await bulk_insert(Device, [row], on_conflict="nothing") == 1


async def device(device_id: UUID) -> DeviceRow | None:
    """One device by its id. Written as text: every request of a tablet asks it."""
    rows = await ask("SELECT * FROM device WHERE id = {}", device_id)
    return _device(rows[0]) if rows else None


async def devices_by_id(device_ids: Iterable[UUID]) -> list[DeviceRow]:
    """These devices, as far as they exist, sorted by id."""
    wanted = sorted(set(device_ids))
    if not wanted:
        return []
    rows = await Device.select().where(Device.id.is_in(wanted))
    return sorted((_device(row) for row in rows), key=lambda row: row.id)


async def lock_device(device_id: UUID) -> DeviceRow:
    """A device that exists, locked until commit: what is decided on its standing holds. What it brings meanwhile may
    be written down: whoever binds somebody to it asks for the visits that a push of it may hold.
    """
    rows = await Device.raw(f"SELECT * FROM device WHERE id = {{}}{for_update(referable=True)}", device_id)
    return _device(rows[0])


async def device_by_kid(kid: str) -> DeviceRow | None:
    """One device by its key."""
    row = await Device.select().where(Device.kid == kid).first()
    return _device(row) if row else None


async def signers(authority: UUID, kids: Iterable[str]) -> dict[str, DeviceRow]:
    """The devices of one authority that own these keys; keys of other authorities stay unknown."""
    wanted = sorted(set(kids))
    if not wanted:
        return {}
    rows = await Device.select().where(Device.authority == authority, Device.kid.is_in(wanted))
    return {row["kid"]: _device(row) for row in rows}


async def carrier_and_signers(carrier: UUID, kids: Iterable[str]) -> list[DeviceRow]:
    """The device that carries a push, if it is enrolled, and those of any authority that own one of these keys."""
    rows = await ask("SELECT * FROM device WHERE id = {} OR {}", carrier, one_of("kid", sorted(kids)))
    return [_device(row) for row in rows]


async def devices_of(inspectors: Iterable[UUID]) -> list[DeviceRow]:
    """The devices in use on which these inspectors act, enrolled for them or bound to them, sorted by id."""
    wanted = sorted(set(inspectors))
    if not wanted:
        return []
    rows = await Device.select().where(Device.inspector.is_in(wanted), Device.revoked_at.is_null())
    found = {row.id: row for row in map(_device, rows)}
    bound = await devices_by_id(set(await devices_bound_to(wanted)) - found.keys())
    found |= {row.id: row for row in bound if row.revoked_at is None}
    return sorted(found.values(), key=lambda row: row.id)


async def devices(authority: UUID) -> list[DeviceRow]:
    """All devices of an authority, newest first."""
    rows = await Device.select().where(Device.authority == authority).order_by(Device.enrolled_at, ascending=False)
    return [_device(row) for row in rows]


async def page_of_devices(authority: UUID, after: UUID | None, limit: int) -> list[DeviceRow]:
    """A page of an authority's devices in the order of their ids, those behind `after`."""
    query = Device.select().where(Device.authority == authority)
    if after is not None:
        query = query.where(Device.id > after)
    return [_device(row) for row in await query.order_by(Device.id).limit(limit)]


async def revoke_device(device_id: UUID, at: datetime, reason: str, grace_until: datetime) -> bool:
    """Mark a device as revoked; False when it was already."""
    rows = (
        await Device.update({Device.revoked_at: at, Device.revoked_reason: reason, Device.grace_until: grace_until})
        .where(Device.id == device_id, Device.revoked_at.is_null())
        .returning(Device.id)
    )
    return bool(rows)


def _device(row: dict[str, Any]) -> DeviceRow:
    return DeviceRow(
        id=plain_uuid(row["id"]),
        authority=plain_uuid(row["authority"]),
        inspector=plain_uuid(row["inspector"]),
        kid=row["kid"],
        key=DeviceJwk(x=row["key_x"], y=row["key_y"]),
        name=row["name"],
        enrolled_at=row["enrolled_at"],
        revoked_at=row["revoked_at"],
        grace_until=row["grace_until"],
        wipe_order=plain_uuid(row["wipe_order"]) if row["wipe_order"] else None,
        wipe_ordered_at=row["wipe_ordered_at"],
        wipe_unsent=row["wipe_unsent"] if row["wipe_unsent"] is None else bool(row["wipe_unsent"]),
        wiped_at=row["wiped_at"],
        wiped_lost=row["wiped_lost"],
        revoked_reason=row["revoked_reason"],
    )


def _code(row: dict[str, Any]) -> CodeRow:
    return CodeRow(
        id=plain_uuid(row["id"]),
        authority=plain_uuid(row["authority"]),
        inspector=plain_uuid(row["inspector"]),
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        device=plain_uuid(row["device"]) if row["device"] else None,
    )
