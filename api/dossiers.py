"""What sealing a dossier needs from the rooms beside the domain: stored files, receipts, public keys."""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO
from uuid import UUID

from inspection.archive.custody.due import note_custody
from inspection.archive.custody.read import Chain, read_custody
from inspection.archive.export import Exported, export_evidence
from inspection.archive.seal import seal_dossier
from inspection.archive.sources import ClockFacts, DeviceFacts, FileFacts, LogProofs, UploadFacts
from inspection.archive.store_dossiers import DossierRow
from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys
from media.blobs import blob_facts, claimed_digests, complete_digests, open_blob
from media.files import BATCH
from media.store_file import store_file
from media.store_uploads import uploads_of
from media.vault import current_vault
from mobile_contract.base import b64url
from mobile_contract.signed import Purpose, SignedText
from sync.devices import store_wipes
from sync.devices.store import device_by_kid, devices_by_id
from sync.log.evidence import log_proofs
from sync.log.visit_times import visit_times
from sync.push.store import receipts_of_visit


class StoredFiles:
    """Files by their SHA-256, out of the store of this process."""

    async def complete_digests(self, digests: Collection[str]) -> frozenset[str]:
        """Those of `digests` whose bytes are here."""
        return await complete_digests(digests)

    async def claimed_digests(self, authority: UUID, digests: Collection[str]) -> frozenset[str]:
        """Those of `digests` whose bytes are here for this authority."""
        return await claimed_digests(authority, digests)

    def open_blob(self, digest: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces."""
        return open_blob(digest)

    async def store_file(self, cmd: Command, path: Path, mime: str) -> str:
        """Keep a finished file; it is moved away."""
        return await store_file(cmd, path, mime)

    async def file_facts(self, digests: Collection[str]) -> Mapping[str, FileFacts]:
        """What the store knows of those that are here."""
        return {
            digest: FileFacts(digest, one.length, one.mime, one.sm3, one.remote_at)
            for digest, one in (await blob_facts(digests)).items()
        }

    async def uploads(self, authority: UUID, digests: Collection[str]) -> Sequence[UploadFacts]:
        """All uploads under these digests by tablets of this authority."""
        begun = await uploads_of(digests)
        tablets = await devices_by_id({UUID(one.owner) for one in begun})
        own = {str(one.id) for one in tablets if one.authority == authority}
        return [
            UploadFacts(one.id, one.owner, one.digest, one.length, one.state, one.created_at, one.ended_at)
            for one in begun
            if one.owner in own
        ]


@dataclass(frozen=True, slots=True)
class IssuedCustody:
    """Receipts as this server signed them, and the keys of its devices and of itself."""

    keys: ServerKeys

    async def receipts(self, visit: UUID) -> Sequence[SignedText]:
        """The receipts that speak of entries of a visit, the oldest first."""
        return [SignedText(p=row.text, k=row.kid, s=b64url(row.signature)) for row in await receipts_of_visit(visit)]

    async def public_keys(self, kids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Key id → JWK, of those that are known."""
        found: dict[str, Mapping[str, str]] = {key.kid: key.model_dump() for key in self.keys.known if key.kid in kids}
        for kid in kids:
            device = await device_by_kid(kid)
            if device is not None:
                found[kid] = device.key.model_dump()
        return found

    async def devices(self, ids: Collection[UUID]) -> Sequence[DeviceFacts]:
        """The tablets among these, by id, with the app they last told of."""
        held = await store_wipes.holdings(ids)
        return [
            DeviceFacts(
                id=one.id,
                name=one.name,
                kid=one.kid,
                inspector=one.inspector,
                enrolled_at=one.enrolled_at,
                revoked_at=one.revoked_at,
                app=held[one.id].held.app if one.id in held else None,
            )
            for one in sorted(await devices_by_id(ids), key=lambda device: device.id)
        ]

    async def clocks(self, visit: UUID) -> Mapping[str, ClockFacts]:
        """When the entries of a visit were made, by what tablets and server prove."""
        return {
            one.hash: ClockFacts(
                one.timing.not_before,
                one.timing.not_after,
                one.timing.estimate,
                one.timing.by.value if one.timing.by else None,
                tuple(flag.value for flag in one.timing.flags),
            )
            for one in (await visit_times(self.keys, visit)).entries
        }

    async def log_proofs(self, entries: Collection[str]) -> LogProofs:
        """What the transparency log proves of these entries."""
        return await log_proofs(entries)

    def sign(self, purpose: Purpose, text: str) -> SignedText:
        """A text in the name of this server."""
        return self.keys.sign_text(purpose, text)


async def seal(cmd: Command, keys: ServerKeys, visit_id: UUID) -> DossierRow:
    """Seal the dossier of a visit with the files and the custody of this process.

    Raises:
        NotFound, Conflict: as `seal_dossier`.
    """
    return await seal_dossier(
        cmd,
        visit_id=visit_id,
        blobs=StoredFiles(),
        custody=IssuedCustody(keys),
        workspace=current_vault().disk.root,
    )


async def read_chain(cmd: Command, keys: ServerKeys, visit_id: UUID, *, after: int, limit: int) -> Chain:
    """The chain of custody of a visit, brought up to date, re-hashed, with its signed head.

    Raises:
        NotFound: no such visit.
    """
    custody = IssuedCustody(keys)
    await note_custody(cmd, visit_id=visit_id, files=StoredFiles(), custody=custody)
    return await read_custody(visit_id, custody=custody, after=after, limit=limit)


async def hand_out(
    cmd: Command, keys: ServerKeys, visit_id: UUID, *, purpose: str, ground: str
) -> tuple[Exported, AsyncIterator[bytes]]:
    """The evidence of a visit, and its bytes in pieces. They lie in a file without a name, which goes with its reader.

    Raises:
        NotFound, Conflict: as `export_evidence`.
    """
    with _nameless(current_vault().disk.root) as (path, file):
        told = await export(cmd, keys, visit_id, purpose=purpose, ground=ground, path=path)
    return told, _pieces(file)


@contextmanager
def _nameless(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A path to write to, and a file to read what was written; the name goes at the end of the block."""
    handle, name = mkstemp(dir=folder, prefix="evidence-", suffix=".zip")
    file = os.fdopen(handle, "rb")
    try:
        yield Path(name), file
    except BaseException:
        file.close()
        raise
    finally:
        Path(name).unlink()


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while piece := await asyncio.to_thread(file.read, BATCH):
            yield piece
    finally:
        file.close()


async def export(cmd: Command, keys: ServerKeys, visit_id: UUID, *, purpose: str, ground: str, path: Path) -> Exported:
    """Write the evidence of a visit to a file, with the files and the custody of this process.

    Raises:
        NotFound, Conflict: as `export_evidence`.
    """
    return await export_evidence(
        cmd,
        visit_id=visit_id,
        purpose=purpose,
        ground=ground,
        path=path,
        blobs=StoredFiles(),
        custody=IssuedCustody(keys),
    )
