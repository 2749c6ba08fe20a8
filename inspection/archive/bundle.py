"""Writes a dossier to a file, member by member; large media pass through in pieces."""

import asyncio
import hashlib
from pathlib import Path

from inspection.archive import contents
from inspection.archive.container import ContainerWriter
from inspection.archive.contents import Materials
from inspection.archive.front import cover_page, index_page
from inspection.archive.reading import MANIFEST, SUMS
from inspection.archive.sources import BlobSource
from inspection.documents.press import set_pdf
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode


async def write_bundle(path: Path, materials: Materials, blobs: BlobSource) -> bytes:
    """Write the dossier; returns its manifest. The same materials give the same bytes.

    Raises:
        Conflict: stored media no longer have their digest; nothing may be sealed over damaged evidence.
    """
    parts = contents.small_parts(materials)
    media = contents.media_paths(materials.entries, materials.media_here) | dict(materials.objected.files)
    media |= dict(materials.followed.files)
    with ContainerWriter(path) as container:
        for name in sorted({*parts, *media}):
            if name in parts:
                container.add(name, parts[name])
            else:
                await _copy(container, name, media[name], blobs)
        for made in (cover_page, index_page):
            for name, paper in made(materials, container.members).items():
                container.add(name, await set_pdf(paper))
        manifest = contents.manifest(materials, container.members)
        container.add(MANIFEST, manifest)
        container.add(SUMS, contents.sums(container.members))
    return manifest


async def _copy(container: ContainerWriter, name: str, digest: str, blobs: BlobSource) -> None:
    with container.open(name) as member:
        async for piece in blobs.open_blob(digest):
            await asyncio.to_thread(member.write, piece)
    if member.finished.sha256 != digest:
        raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.media_damaged", digest=digest)


def file_digest(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and bytes of a file. Blocking."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
