"""What other rooms ask of the store: is it here, keep this, give it back."""

from collections.abc import Collection, Mapping
from uuid import UUID

from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.unit_of_work import in_unit
from media import store, store_facts
from media.reading import open_blob
from media.rules import is_digest, media_type
from media.settle import has_healed, record_blob
from media.store import BlobRow, DerivativeRow
from media.store_facts import BlobFacts
from media.vault import current_vault, no_room
from mobile_contract.problems import ProblemCode

__all__ = [
    "BlobFacts",
    "blob_facts",
    "claimed_digests",
    "claimed_facts",
    "complete_digests",
    "find_blob",
    "find_derivative",
    "open_blob",
    "store_bytes",
]


async def complete_digests(digests: Collection[str]) -> frozenset[str]:
    """Those of `digests` (SHA-256, hex) whose bytes we hold, verified, whoever brought them: not for those who only
    name them. Text that is no digest is not among them.
    """
    return frozenset(await store.known({digest for digest in digests if is_digest(digest)}))


async def claimed_digests(authority: UUID, digests: Collection[str]) -> frozenset[str]:
    """Those of `digests` whose bytes are here for this authority: its own brought them whole, or they were made for it.

    Whoever names a digest is told by this, and so nothing of what only others have.
    """
    return frozenset(await store_facts.claimed(authority, {digest for digest in digests if is_digest(digest)}))


async def blob_facts(digests: Collection[str]) -> Mapping[str, BlobFacts]:
    """What the store knows of those of `digests` that it holds, by digest."""
    return await store_facts.facts(sorted({digest for digest in digests if is_digest(digest)}))


async def claimed_facts(authority: UUID, digests: Collection[str]) -> Mapping[str, BlobFacts]:
    """`blob_facts` of those that are here for this authority."""
    return await blob_facts(await claimed_digests(authority, digests))


async def find_blob(digest: str) -> BlobRow:
    """The row of a stored file.

    Raises:
        NotFound: we do not hold it.
    """
    row = await store.blob(digest) if is_digest(digest) else None
    if row is None:
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)
    return row


async def find_derivative(digest: str, name: str) -> DerivativeRow:
    """The small copy `name` ("preview" or "thumb") of a stored image.

    Raises:
        NotFound: there is none, or not yet.
    """
    row = await store.derivative(digest, name) if is_digest(digest) else None
    if row is None:
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)
    return row


async def store_bytes(cmd: Command, data: bytes, mime: str) -> str:
    """Keep bytes that came in one piece, for the command's authority; returns their SHA-256 (hex). Keeping them twice
    changes nothing.

    Raises:
        Refused: the disk is full or broken (503).
    """
    disk = current_vault().disk
    digest = sha256_hex(data)
    known = await store.blob(digest) is not None
    try:
        shelved = await disk.shelve_bytes(cmd.new_id(), data, digest)
    except OSError as error:
        raise no_room() from error
    await in_unit(
        record_blob,
        cmd,
        digest=digest,
        length=len(data),
        mime=media_type(mime),
        healed=await has_healed(shelved, digest, known=known),
    )
    return digest
