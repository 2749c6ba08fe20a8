"""A file that is made for one answer: written whole in the data directory, sent in blocks, gone afterwards."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

from litestar.response import Stream

from api.commands import AnyRequest
from api.process import process_of

BLOCK: Final = 256 * 1024


async def made_file(request: AnyRequest, name: str, media_type: str, fill: Callable[[Path], Awaitable[None]]) -> Stream:
    """What `fill` writes to the path it is given, as an attachment; empty when it writes nothing. What goes wrong while
    it is written is still an error answer."""
    folder = tempfile.TemporaryDirectory(prefix="made-", dir=process_of(request).settings.data_dir)
    try:
        await fill(Path(folder.name) / "file")
    except BaseException:
        folder.cleanup()
        raise
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(_sent(Path(folder.name) / "file", folder), media_type=media_type, headers=headers)


async def _sent(path: Path, folder: "tempfile.TemporaryDirectory[str]") -> AsyncIterator[bytes]:
    try:
        if await asyncio.to_thread(path.exists):
            with await asyncio.to_thread(path.open, "rb") as file:
                while block := await asyncio.to_thread(file.read, BLOCK):
                    yield block
    finally:
        await asyncio.to_thread(folder.cleanup)
