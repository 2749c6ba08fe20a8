"""The small copies of an image as they are shown: out of the cache, or made again when it has lost them."""

import asyncio
from pathlib import Path

from inspection.kernel.errors import Conflict
from media.blobs import find_derivative
from media.findings import Derived, ImageFinding, Look
from media.reading import local_file
from media.vault import current_vault, workers_asked
from mobile_contract.problems import ProblemCode


async def read_copy(digest: str, name: str) -> bytes:
    """The JPEG bytes of the copy `name` ("preview" or "thumb") of a stored image (SHA-256, hex).

    Raises:
        NotFound: `media.unknown`: there is none, or not yet.
        Conflict, Refused: it is gone and cannot be made again; not now (503).
    """
    return await asyncio.to_thread((await copy_at(digest, name)).read_bytes)


async def copy_at(digest: str, name: str) -> Path:
    """Where that copy lies; made again if it does not. After a restore nothing of the cache is there.

    Raises:
        NotFound, Conflict, Refused: as `read_copy`.
    """
    row, vault = await find_derivative(digest, name), current_vault()
    path = vault.disk.derived_path(digest, row.name)
    if not await asyncio.to_thread(path.is_file):
        async with local_file(digest) as original:
            with workers_asked():
                look = await vault.images.look(original)
        for copy in look.copies:
            await vault.disk.put_derived(digest, copy.name, copy.data)
        copy_of(look, name)
    return path


def copy_of(look: Look, name: str) -> Derived:
    """The copy `name` out of a look.

    Raises:
        Conflict: `media.no_picture` with the finding: it has none.
    """
    for copy in look.copies:
        if copy.name == name:
            return copy
    finding = look.findings[-1] if look.findings else ImageFinding.DECODER_DIED
    raise Conflict(ProblemCode.CONFLICT, "media.no_picture", finding=finding.value)
