"""Keep a file that another room has finished writing, however large."""

import asyncio
import os
from pathlib import Path

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from media import store
from media.files import hash_file
from media.rules import media_type
from media.settle import has_healed, record_blob
from media.vault import current_vault, no_room


async def store_file(cmd: Command, path: Path, mime: str) -> str:
    """Keep a finished file for the command's authority; returns its SHA-256 (hex). Keeping it twice changes nothing.

    The file is moved away from `path`, which must lie on the vault's own file system (its staging folder does).

    Raises:
        Refused: the disk is full or broken (503).
    """
    disk, name = current_vault().disk, cmd.new_id()
    try:
        digest, length = await asyncio.to_thread(_take, path, disk.staging_path(name))
        known = await store.blob(digest) is not None
        shelved = await disk.shelve(name, digest)
    except OSError as error:
        raise no_room() from error
    finally:
        await disk.discard(name)
    healed = await has_healed(shelved, digest, known=known)
    await in_unit(record_blob, cmd, digest=digest, length=length, mime=media_type(mime), healed=healed)
    return digest


def _take(path: Path, staged: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.rename(staged)
    return hash_file(staged), staged.stat().st_size
