"""An export file of a tablet is carried in: its entries take the same way into custody as those of a push.

Every entry is signed on its own, so the file need not be trusted, nor whoever carries it; the manifest only tells which
device brought it together. A file without a good manifest, of a device whose key is lost or revoked, is taken as well.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from pydantic import ValidationError

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from media.rules import ANY_BYTES
from media.store_file import store_file
from media.vault import current_vault
from mobile_contract.base import unb64url
from mobile_contract.devices import ExportManifest
from mobile_contract.envelope import MalformedEntryError, parse_line
from mobile_contract.problems import ProblemCode
from mobile_contract.push import PushAnswer, Verdict
from mobile_contract.signed import Purpose, SignedText
from sync.devices import store as store_devices
from sync.office import store_rescues
from sync.office.export_file import (
    MANIFEST,
    MANIFEST_BYTES,
    SIGNATURE,
    SIGNATURE_BYTES,
    ExportFile,
    OverfullFileError,
    UnreadableFileError,
)
from sync.office.store_rescues import RescueRow
from sync.push.receive import receive_push
from sync.rows import DeviceRow
from sync.signatures import public_key, verify

MOST_BYTES: Final = 4 * 1024 * 1024 * 1024
"""The largest file that is taken; media are most of it."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """Who brought the file together. `signed`: its key signed the manifest; else it is only what the file says."""

    device: DeviceRow
    manifest: ExportManifest | None
    signed: bool


@dataclass(slots=True)
class Rescued:
    """What became of an export file. `receipts` may be carried back to the tablet: what they name is in custody."""

    device: UUID
    sha256: str
    signed: bool
    known: bool
    """Whether this very file came before; then everything in it is a duplicate, or comes again in vain."""
    damaged: bool = False
    """Whether parts of it could not be read; what could be is taken."""
    lines: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    files: int = 0
    """Media files that are here now."""
    spoilt: int = 0
    """Media files that are not what their name says, or too large."""
    receipts: list[SignedText] = field(default_factory=list)


async def import_rescue(cmd: Command, *, path: Path, authority_id: UUID, keys: ServerKeys) -> Rescued:
    """Take what can be read of an export file. Doing it twice changes nothing, and tells so.

    Raises:
        Invalid: `rescue-unreadable`: it is no export file of a device of this authority, or it unpacks to more than
            one can hold; what came before that is in custody.
        Refused: the disk is nearly full.
    """
    await current_vault().check_room()
    size = (await asyncio.to_thread(path.stat)).st_size
    sha256 = await asyncio.to_thread(_digest, path)
    with await asyncio.to_thread(path.open, "rb") as file:
        try:
            return await _take(cmd, _Source(file, size, sha256), authority_id, keys)
        except UnreadableFileError as error:
            raise Invalid(ProblemCode.RESCUE_UNREADABLE, "sync.rescue_unreadable") from error
        except OverfullFileError as error:
            raise Invalid(ProblemCode.RESCUE_UNREADABLE, "sync.rescue_overfull") from error


@dataclass(frozen=True, slots=True)
class _Source:
    file: IO[bytes]
    size: int
    sha256: str


async def _take(cmd: Command, source: _Source, authority: UUID, keys: ServerKeys) -> Rescued:
    export = await asyncio.to_thread(ExportFile, source.file, source.size)
    exporter = await _exporter(export, authority)
    known = await store_rescues.is_known(authority, source.sha256)
    done = Rescued(exporter.device.id, source.sha256, exporter.signed, known)
    batches = export.batches()
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        await _push(cmd, batch, exporter.device.id, keys, done)
    await _keep_media(cmd, export, exporter.manifest, done)
    done.damaged = export.damaged
    await in_unit(_note, cmd, authority, done)
    return done


async def _push(cmd: Command, batch: Sequence[bytes], carrier: UUID, keys: ServerKeys, done: Rescued) -> None:
    body = b"\n".join(batch)
    answer = PushAnswer.model_validate_json(
        await receive_push(cmd, device_id=carrier, body=body, keys=keys, rescued=True)
    )
    done.lines += len(batch)
    done.verdicts.update(told.verdict for told in answer.verdicts)
    done.receipts.append(answer.receipt)


async def _keep_media(cmd: Command, export: ExportFile, manifest: ExportManifest | None, done: Rescued) -> None:
    vault = current_vault()
    mimes = {one.sha256: one.mime for one in manifest.media} if manifest else {}
    for digest in export.media():
        await vault.check_room()
        staged = vault.disk.staging_path(cmd.new_id())
        mime = mimes.get(digest, ANY_BYTES)
        try:
            whole = await asyncio.to_thread(export.copy_media, digest, staged, vault.limits.of(mime))
            if whole and await asyncio.to_thread(_digest, staged) == digest:
                await store_file(cmd, staged, mime)
                done.files += 1
            else:
                done.spoilt += 1
        finally:
            await asyncio.to_thread(staged.unlink, missing_ok=True)


async def _note(cmd: Command, authority: UUID, done: Rescued) -> None:
    row = RescueRow(
        id=cmd.new_id(),
        authority=authority,
        device=done.device,
        sha256=done.sha256,
        by=cmd.actor.id,
        at=cmd.now,
        lines=done.lines,
        taken=taken(done),
        duplicates=done.verdicts[Verdict.DUPLICATE],
        refused=done.verdicts[Verdict.REFUSED],
        files=done.files,
    )
    if await store_rescues.add_rescue(row):
        await append(
            cmd.event(
                EventKind.RESCUE_IMPORTED,
                f"device:{done.device}",
                rescue=str(row.id),
                sha256=done.sha256,
                signed=done.signed,
                damaged=done.damaged,
                verdicts={verdict.value: count for verdict, count in sorted(done.verdicts.items())},
                files=done.files,
            )
        )


def taken(done: Rescued) -> int:
    """Entries that came into custody with this file."""
    return (
        sum(count for verdict, count in done.verdicts.items() if verdict.takes_custody)
        - (done.verdicts[Verdict.DUPLICATE])
    )


async def _exporter(export: ExportFile, authority: UUID) -> Exporter:
    """The device that the manifest names, or else the first whose entry is in the file.

    Raises:
        UnreadableFileError: neither is enrolled with this authority.
    """
    text = await asyncio.to_thread(export.small, MANIFEST, MANIFEST_BYTES)
    manifest = _manifest(text)
    if manifest is not None:
        device = await store_devices.device(manifest.device)
        if device is not None and device.authority == authority:
            signature = await asyncio.to_thread(export.small, SIGNATURE, SIGNATURE_BYTES)
            signed = await asyncio.to_thread(_signed, device, text or b"", signature)
            return Exporter(device, manifest, signed)
    first = await asyncio.to_thread(next, export.batches(), None)
    kids = [kid for line in first or () if (kid := _kid(line)) is not None]
    signers = await store_devices.signers(authority, kids)
    if not signers:
        raise UnreadableFileError("of no device of this authority")
    return Exporter(signers[min(signers)], manifest, signed=False)


def _manifest(text: bytes | None) -> ExportManifest | None:
    try:
        return ExportManifest.model_validate_json(text) if text else None
    except ValidationError:
        return None


def _signed(device: DeviceRow, text: bytes, signature: bytes | None) -> bool:
    try:
        raw = unb64url((signature or b"").decode("ascii").strip())
        return verify(public_key(device.key), Purpose.EXPORT.message(text.decode()), raw)
    except ValueError:
        return False


def _kid(line: bytes) -> str | None:
    try:
        return parse_line(line).k
    except MalformedEntryError:
        return None


def _digest(path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
