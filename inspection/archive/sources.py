"""What sealing needs from rooms that the domain does not know: stored files, and the custody of entries."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

from inspection.kernel.command import Command
from mobile_contract.signed import SignedText


class BlobSource(Protocol):
    """Files by their SHA-256 (hex)."""

    async def complete_digests(self, digests: Collection[str]) -> frozenset[str]:
        """Those of `digests` whose bytes are here, verified."""
        ...

    def open_blob(self, digest: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces."""
        ...

    async def store_file(self, cmd: Command, path: Path, mime: str) -> str:
        """Keep a finished file; returns its SHA-256 (hex). The file at `path` may be moved away."""
        ...


class CustodySource(Protocol):
    """Who carried what: receipts as they were signed, and the public keys of devices and server."""

    async def receipts(self, visit: UUID) -> Sequence[SignedText]:
        """The receipts that speak of entries of this visit, the oldest first."""
        ...

    async def public_keys(self, kids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Key id → JWK, of those that are known."""
        ...
