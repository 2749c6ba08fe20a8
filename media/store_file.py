import asyncio
import hashlib
import os
from pathlib import Path

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from media.rules import media_type
from media.settle import record_blob
from media.vault import current_vault, no_room


async def store_file(cmd: Command, path: Path, mime: str) -> str:
    """Keep a finished file of any size; returns its SHA-256 (hex). Keeping it twice changes nothing.

    The file is moved away from `path`, which must lie on the vault's own file system (its staging folder does).

    Raises:
        Refused: the disk is full or broken (503).
    """
    disk, name = current_vault().disk, cmd.new_id()
    try:
        digest, length = await asyncio.to_thread(_settle_bytes, path)
        await asyncio.to_thread(path.rename, disk.staging_path(name))
        shelved = await disk.shelve(name, digest)
    except OSError as error:
        raise no_room() from error
    await in_unit(record_blob, cmd, digest=digest, length=length, mime=media_type(mime), shelved=shelved)
    await disk.discard(name)
    return digest


def _settle_bytes(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest, path.stat().st_size
