"""The export file: what a tablet that cannot speak to the server hands to a person, and what that person brings back.

Nothing in it is packed: a flipped bit then costs one line or one file, and not all behind it.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

from mobile_contract.base import b64url
from mobile_contract.client.device import Device, ndjson
from mobile_contract.client.state import Custody
from mobile_contract.devices import ExportedFile, ExportManifest
from mobile_contract.push import Receipt
from mobile_contract.signed import Purpose, SignedText


def export(device: Device, path: Path, app: str | None = None) -> ExportManifest:
    """Write everything this device ever wrote, and the files the server does not have, to `path`. Changes nothing."""
    lines = ndjson(device.store.entries())
    files = [file for digest in device.store.incomplete_files() if (file := device.store.file(digest)) is not None]
    manifest = ExportManifest(
        device=device.id,
        kid=device.key.kid,
        inspector=device.inspector,
        wall=device.time().wall,
        entries=lines.count(b"\n"),
        entries_sha256=hashlib.sha256(lines).hexdigest(),
        media=tuple(ExportedFile(sha256=file.digest, bytes=len(file.content), mime=file.mime) for file in files),
        app=app,
    )
    text = manifest.model_dump_json()
    signature = b64url(device.key.sign(Purpose.EXPORT.message(text)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as whole:
        whole.writestr("manifest.json", text)
        whole.writestr("manifest.sig", signature)
        whole.writestr("entries.ndjson", lines)
        for file in files:
            whole.writestr(f"media/{file.digest}", file.content)
    return manifest


def carried_back(device: Device, receipts: Iterable[SignedText]) -> int:
    """Note what receipts that were carried back name as in custody; how many entries need not be sent any more."""
    settled = 0
    with device.store.step():
        own = {entry.hash for entry in device.store.entries(Custody.OWN)}
        for signed in receipts:
            receipt = Receipt.model_validate_json(device.trusted(Purpose.RECEIPT, signed))
            if str(receipt.history) != device.store.recall("history"):
                continue  # custody holds within one history: the next comparison of logs tells
            for told in receipt.entries:
                if told.hash in own:
                    device.store.settle(told.hash, Custody.SERVER, told.verdict, ())
                    own.discard(told.hash)
                    settled += 1
    return settled
