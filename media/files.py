"""What we do with files besides what `pathlib` offers: durable names, whole-file digests, reading in pieces."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import aiofiles

from media.rules import MIB

T = TypeVar("T")

BATCH: Final = MIB
"""Bytes handed to a thread at once: one hop a mebibyte instead of one a network packet."""


async def read_file(path: Path, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
    """The bytes [start, stop) of a file, a mebibyte at a time."""
    async with aiofiles.open(path, "rb", buffering=0) as file:
        await file.seek(start)
        left = stop - start if stop is not None else None
        while left is None or left > 0:
            piece = await file.read(BATCH if left is None else min(BATCH, left))
            if not piece:
                return
            if left is not None:
                left -= len(piece)
            yield piece


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """A cancelled caller waits for its thread: a file must not be closed, nor unlocked, under a running write."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk: a linked file whose folder is not synced can vanish in a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Hold the names in a folder alone, among all processes that ask for it so; for whoever is in a thread."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@asynccontextmanager
async def alone(path: Path) -> AsyncIterator[bool]:
    """Whether nobody else, in any process, has this lock file now; held until the block ends."""
    handle = await asyncio.to_thread(os.open, path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield _locked(handle)
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def hash_file(path: Path) -> str:
    """The SHA-256 (hex) of what lies there, read to its end."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_if_there(path: Path) -> str | None:
    """The same; `None` when there is no such file."""
    try:
        return hash_file(path)
    except FileNotFoundError:
        return None
