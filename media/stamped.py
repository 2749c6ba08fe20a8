"""A preview with words under it, made when somebody wants to see it: to look at, never evidence or a stored file."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import aiofiles.os

from inspection.kernel.canonical import canonical_json
from media.copies import copy_at, copy_of
from media.files import read_file
from media.vault import current_vault, workers_asked

NAME: Final = "stamped"
LAYOUT: Final = 1
"""Raised when `stamp.py` draws the same words in another way: what is cached is then made again."""


async def stamped_copy(digest: str, lines: Sequence[str]) -> bytes:
    """The preview of an image (SHA-256, hex) above a band with `lines`, as JPEG. The last one made is kept.

    Raises:
        NotFound: `media.unknown`: there is no preview, or not yet.
        Conflict, Refused: `media.no_picture`: the preview cannot be drawn on; not now (503).
    """
    vault = current_vault()
    path = vault.disk.derived_path(digest, f"{NAME}{_tag(lines)}")
    if (kept := await _bytes_of(path)) is not None:
        return kept
    preview = await copy_at(digest, "preview")
    with workers_asked():
        look = await vault.images.stamp(preview, lines)
    copy = copy_of(look, NAME)
    await vault.disk.put_derived(digest, path.name.partition(".")[2], copy.data)
    await _forget_others(path)
    return copy.data


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
