"""A preview with words under it, made when somebody wants to see it: to look at, never evidence or a stored file."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import aiofiles.os

from inspection.kernel.canonical import canonical_json
from inspection.kernel.errors import Conflict, NotFound
from media.blobs import find_derivative
from media.files import read_file
from media.findings import ImageFinding
from media.vault import current_vault
from mobile_contract.problems import ProblemCode

NAME: Final = "stamped"
LAYOUT: Final = 1
"""Raised when `stamp.py` draws the same words in another way: what is cached is then made again."""


async def stamped_copy(digest: str, lines: Sequence[str]) -> bytes:
    """The preview of an image (SHA-256, hex) above a band with `lines`, as JPEG. The last one made is kept.

    Raises:
        NotFound: `media.unknown`: there is no preview, or not yet.
        Conflict: `media.no_picture`: the preview cannot be drawn on.
    """
    disk = current_vault().disk
    await find_derivative(digest, "preview")
    path = disk.derived_path(digest, f"{NAME}{_tag(lines)}")
    if (kept := await _bytes_of(path)) is not None:
        return kept
    preview = disk.derived_path(digest, "preview")
    if not await aiofiles.os.path.exists(preview):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)
    look = await current_vault().images.stamp(preview, lines)
    if not look.copies:
        finding = look.findings[-1] if look.findings else ImageFinding.UNREADABLE
        raise Conflict(ProblemCode.CONFLICT, "media.no_picture", finding=finding.value)
    await disk.put_derived(digest, path.name.partition(".")[2], look.copies[0].data)
    await _forget_others(path)
    return look.copies[0].data


def _tag(lines: Sequence[str]) -> str:
    """Sixteen letters that stand for these words: the name of a derived file has letters alone."""
    told = hashlib.sha256(canonical_json([LAYOUT, *lines])).hexdigest()[:16]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in told)


async def _bytes_of(path: Path) -> bytes | None:
    try:
        return b"".join([piece async for piece in read_file(path)])
    except FileNotFoundError:
        return None


async def _forget_others(path: Path) -> None:
    """Other words under the same picture are out of date: a proof has come, or somebody is called otherwise."""
    start = path.name.partition(".")[0] + f".{NAME}"
    for name in await aiofiles.os.listdir(path.parent):
        if name.startswith(start) and name != path.name:
            await aiofiles.os.remove(path.parent / name)
