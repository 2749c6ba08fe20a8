"""What has arrived of one upload: a file that only grows, held by one request of one process at a time."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from media.files import sync_folder, to_its_end

T = TypeVar("T")

_MOST_AT_ONCE: Final = 512
"""Pieces handed to one `writev`; the kernel takes 1,024."""


class Locked(Exception):
    """Another process works on this upload's file."""


class SyncFailed(OSError):
    """After a failed sync nobody knows which bytes are on the disk, and the next sync may lie."""


class Staged:
    """The file of one upload while it grows. Exclusive by `flock` while it is open, also against other processes.

    Every method with `await` is one hop to a thread; those that end in `_now` are for whoever is in a thread already.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1
        self._unsynced = True  # also what an earlier, killed process wrote may not be on the disk yet
        self._named = False
        self.size = 0

    async def __aenter__(self) -> Self:
        try:
            await self._run(self._open)
        except BaseException:
            self._close()  # cancelled while it was being opened
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _open(self) -> None:
        while True:
            self._handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                if self._lock():
                    return
            except BaseException as error:
                self._close()
                if isinstance(error, BlockingIOError):
                    raise Locked from error
                raise
            # It was renamed or removed between opening and locking: what we hold is not the upload's file any more.
            self._close()

    def _lock(self) -> bool:
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = os.fstat(self._handle)
        self.size = mine.st_size
        try:
            return self.path.stat().st_ino == mine.st_ino
        except FileNotFoundError:
            return False

    def _close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    @property
    def touched_at(self) -> datetime:
        """When the last byte came."""
        return datetime.fromtimestamp(os.fstat(self._handle).st_mtime, UTC)

    async def append(self, pieces: Sequence[bytes]) -> None:
        """Write `pieces` at the end. When it fails part of them may have been written: `size` tells.

        Raises:
            OSError: the disk is full or broken.
        """
        await self._run(self.append_now, pieces)

    def append_now(self, pieces: Sequence[bytes]) -> None:
        """`append`, for whoever is in a thread already."""
        left: list[bytes | memoryview] = [piece for piece in pieces if piece]
        self._unsynced = self._unsynced or bool(left)
        while left:
            written = self._write(left[:_MOST_AT_ONCE])
            self.size += written
            left = _behind(left, written)

    def _write(self, pieces: Sequence[bytes | memoryview]) -> int:
        return os.writev(self._handle, pieces)

    async def sync(self) -> None:
        """Return when everything appended, and the file's name, survive a power cut.

        Raises:
            SyncFailed: nothing is known about the bytes any more; they must not be acknowledged.
        """
        await self._run(self.sync_now)

    def sync_now(self) -> None:
        """`sync`, for whoever is in a thread already."""
        self.sync_data_now()
        if not self._named:
            sync_folder(self.path.parent)
            self._named = True

    def sync_data_now(self) -> None:
        """The bytes alone: for those who give them another name at once."""
        if not self._unsynced:
            return
        try:
            self._sync()
        except OSError as error:
            raise SyncFailed(*error.args) from error
        self._unsynced = False

    def _sync(self) -> None:
        os.fdatasync(self._handle)

    async def cut(self, size: int) -> None:
        """Forget, durably, what was appended behind `size`."""
        await self._run(self._cut, size)

    def _cut(self, size: int) -> None:
        os.ftruncate(self._handle, size)
        self.size = size
        self._unsynced = True
        self.sync_now()

    def digest_now(self) -> str:
        """The SHA-256 (hex) of the whole file, read back: it also proves what was written."""
        os.lseek(self._handle, 0, os.SEEK_SET)
        with os.fdopen(self._handle, "rb", buffering=0, closefd=False) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    async def remove(self) -> None:
        """Forget the file; its bytes stay where they have another name."""
        await self._run(self._remove)

    def _remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self._close()

    async def _run(self, work: Callable[..., T], *args: object) -> T:
        return await to_its_end(asyncio.to_thread(work, *args))


def _behind(pieces: list[bytes | memoryview], written: int) -> list[bytes | memoryview]:
    """What of `pieces` is left behind the first `written` bytes."""
    for place, piece in enumerate(pieces):
        if written < len(piece):
            return [memoryview(piece)[written:], *pieces[place + 1 :]]
        written -= len(piece)
    return []
