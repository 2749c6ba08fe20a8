"""`sync.devices.store`, `store_bindings` and `store_wipes`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from sync.devices.store_bindings import BindingRow
from sync.rows import CodeRow, DeviceRow
from tests.simulator.memory import Tables


def add_code(t: Tables, code: CodeRow, code_hash: str, *_: Any) -> None:
    t.codes[code_hash] = code


def lock_code(t: Tables, code_hash: str) -> CodeRow | None:
    return t.codes.get(code_hash)


def use_code(t: Tables, code_id: UUID, device: UUID, at: Any) -> None:
    for hash_, code in list(t.codes.items()):
        if code.id == code_id:
            t.codes[hash_] = replace(code, used_at=at, device=device)


def add_device(t: Tables, device: DeviceRow) -> bool:
    if any(one.kid == device.kid for one in t.devices.values()):
        return False
    t.devices[device.id] = device
    return True


def device(t: Tables, device_id: UUID) -> DeviceRow | None:
    return t.devices.get(device_id)


def devices_by_id(t: Tables, device_ids: Any) -> list[DeviceRow]:
    return [t.devices[device_id] for device_id in sorted(set(device_ids)) if device_id in t.devices]


def lock_device(t: Tables, device_id: UUID) -> DeviceRow:
    return t.devices[device_id]


def device_by_kid(t: Tables, kid: str) -> DeviceRow | None:
    return next((one for one in t.devices.values() if one.kid == kid), None)


def signers(t: Tables, authority: UUID, kids: Any) -> dict[str, DeviceRow]:
    wanted = set(kids)
    return {one.kid: one for one in t.devices.values() if one.kid in wanted and one.authority == authority}


def carrier_and_signers(t: Tables, carrier: UUID, kids: Any) -> list[DeviceRow]:
    wanted = set(kids)
    return [one for one in t.devices.values() if one.id == carrier or one.kid in wanted]


def devices_of(t: Tables, inspectors: Any) -> list[DeviceRow]:
    wanted = set(inspectors)
    bound = {device_id for device_id, inspector in t.bindings if inspector in wanted}
    found = [one for one in t.devices.values() if one.inspector in wanted or one.id in bound]
    return sorted((one for one in found if one.revoked_at is None), key=lambda one: one.id)


def devices(t: Tables, authority: UUID) -> list[DeviceRow]:
    return sorted(t.devices.values(), key=lambda one: one.enrolled_at, reverse=True)


def revoke_device(t: Tables, device_id: UUID, at: Any, reason: str, grace_until: Any) -> bool:
    if t.devices[device_id].revoked_at is not None:
        return False
    t.devices[device_id] = replace(t.devices[device_id], revoked_at=at, grace_until=grace_until)
    return True


# -- store_bindings -------------------------------------------------------------------------------------------------


def add_binding(t: Tables, row_id: UUID, device: UUID, inspector: UUID, at: Any, by: str) -> bool:
    fresh = (device, inspector) not in t.bindings
    t.bindings.setdefault((device, inspector), BindingRow(device, inspector, at))
    return fresh


def end_binding(t: Tables, device: UUID, inspector: UUID, at: Any, by: str) -> bool:
    ended = t.bindings.pop((device, inspector), None)
    if ended is not None:
        t.ended[device, inspector] = ended
    return ended is not None


def open_bindings(t: Tables, devices: Any) -> list[BindingRow]:
    wanted = set(devices)
    return [row for key, row in sorted(t.bindings.items()) if key[0] in wanted]


def devices_bound_to(t: Tables, inspectors: Any) -> list[UUID]:
    wanted = set(inspectors)
    return sorted({device for device, inspector in t.bindings if inspector in wanted})


# -- store_wipes ----------------------------------------------------------------------------------------------------


def order(t: Tables, device: UUID, order_id: UUID, at: Any, by: str, also_unsent: bool) -> None:
    told = {"wipe_order": order_id, "wipe_ordered_at": at, "wipe_unsent": also_unsent}
    t.devices[device] = replace(t.devices[device], **told)


def done(t: Tables, device: UUID, at: Any, lost: int) -> None:
    t.devices[device] = replace(t.devices[device], wiped_at=at, wiped_lost=lost)


def keep_holding(t: Tables, device: UUID, *_: Any) -> None:
    """Only the office's screen asks for it."""
