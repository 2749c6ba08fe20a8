"""What a device holds that nobody else has, and how it erases itself without losing count of what goes with it."""

from __future__ import annotations

import json

from mobile_contract.base import b64url
from mobile_contract.client.device import Device
from mobile_contract.client.state import Custody
from mobile_contract.devices import Holding, WipedRequest, WipedStatement, WipeOrder
from mobile_contract.signed import Purpose

KEPT = ("key", "device", "inspector", "token", "server_keys", "history", "wiped")
"""What is needed to say that everything else is gone; it goes when that was heard."""


def holding(device: Device, app: str | None = None) -> Holding:
    """What would be lost with this device now."""
    alone = device.store.entries(Custody.OWN) + device.store.entries(Custody.REFUSED)
    files = [file for digest in device.store.incomplete_files() if (file := device.store.file(digest)) is not None]
    return Holding(
        entries=len(alone),
        files=len(files),
        bytes=sum(len(file.content) for file in files),
        oldest_wall=min((json.loads(json.loads(entry.line)["p"])["wall"] for entry in alone), default=None),
        app=app,
    )


def erase(device: Device, order: WipeOrder) -> None:
    """Erase everything but what is needed to acknowledge it, in one step: afterwards the statement is all there is."""
    held = holding(device)
    statement = WipedStatement(device=device.id, order=order.order, lost_entries=held.entries, lost_files=held.files)
    text = statement.model_dump_json()
    signature = b64url(device.key.sign(Purpose.WIPED.message(text)))
    request = WipedRequest(p=text, k=device.key.kid, s=signature)
    with device.store.step():
        device.store.remember("wiped", request.model_dump_json())
        device.store.erase(KEPT)
    device.store.overwrite()


def acknowledgement(device: Device) -> WipedRequest | None:
    """What a device that erased itself still has to say; None when it did not, or was heard."""
    text = device.store.recall("wiped")
    return None if text is None else WipedRequest.model_validate_json(text)


def forget_all(device: Device) -> None:
    """The server heard it: the key goes as well. Whoever opens the store again is a new device."""
    with device.store.step():
        device.store.erase(())
    device.store.overwrite()
