"""What has arrived of one upload: a file that only grows, held by one request of one process at a time."""

import asyncio
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import aiofiles
from aiofiles.threadpool.binary import AsyncFileIO

from media.files import hash_file, sync_folder, to_its_end


class Locked(Exception):
    """Another process works on this upload's file."""


class Staged:
    """The file of one upload while it grows. Exclusive by `flock` while it is open, also against other processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: AsyncFileIO
        self._unsynced = True  # also what an earlier, killed process wrote may not be on the disk yet
        self.size = 0

    async def __aenter__(self) -> Self:
        while True:
            self._file = await aiofiles.open(self._path, "ab", buffering=0)
            try:
                if await asyncio.to_thread(self._lock):
                    return self
            except BlockingIOError as error:
                await self._file.close()
                raise Locked from error
            # It was renamed or removed between opening and locking: what we hold is not the upload's file any more.
            await self._file.close()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._file.close()

    def _lock(self) -> bool:
        fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = os.fstat(self._file.fileno())
        self.size = mine.st_size
        try:
            return self._path.stat().st_ino == mine.st_ino
        except FileNotFoundError:
            return False

    async def append(self, data: bytes | bytearray) -> None:
        """Write `data` at the end. When it fails part of it may have been written: `size` tells.

        Raises:
            OSError: the disk is full or broken.
        """
        left = memoryview(data)
        self._unsynced = True
        while left:
            written = await to_its_end(self._write(left))
            self.size += written
            left = left[written:]

    async def _write(self, data: memoryview) -> int:
        return await self._file.write(data)

    async def sync(self) -> None:
        """Return when everything appended survives a power cut.

        Raises:
            OSError: nothing is known about the bytes any more; they must not be acknowledged.
        """
        if self._unsynced:
            await to_its_end(asyncio.to_thread(self._sync))
            self._unsynced = False

    def _sync(self) -> None:
        os.fdatasync(self._file.fileno())
        sync_folder(self._path.parent)

    async def digest(self) -> str:
        """The SHA-256 of the whole file, read back: it also proves what was written."""
        return await asyncio.to_thread(hash_file, self._path)
