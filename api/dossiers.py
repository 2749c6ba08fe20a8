"""What sealing a dossier needs from the rooms beside the domain: stored files, receipts, public keys."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from inspection.archive.seal import seal_dossier
from inspection.archive.store import DossierRow
from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys
from media.blobs import complete_digests, open_blob
from media.store_file import store_file
from media.vault import current_vault
from mobile_contract.base import b64url
from mobile_contract.signed import SignedText
from sync.devices.store import device_by_kid
from sync.push.store import receipts_of_visit


class StoredFiles:
    """Files by their SHA-256, out of the store of this process."""

    async def complete_digests(self, digests: Collection[str]) -> frozenset[str]:
        """Those of `digests` whose bytes are here."""
        return await complete_digests(digests)

    def open_blob(self, digest: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces."""
        return open_blob(digest)

    async def store_file(self, cmd: Command, path: Path, mime: str) -> str:
        """Keep a finished file; it is moved away."""
        return await store_file(cmd, path, mime)


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
