"""The bytes on one local file system: staging, blobs by digest, derived images, quarantine. No database, no HTTP.

    depot                     the id of this folder
    blobs/ab/cd/<sha256>      originals: written once, never changed
    derived/ab/cd/<sha256>.<name>   images made from an original: a cache
    going/<id>.<name>         what a rule is removing (`removal.py`)
    staging/<upload id>       what has arrived of an upload; its size is the truth about the offset
    quarantine/<name>         bytes that were not what they claimed, kept for the audit

A path is made of a checked digest or of an id of ours, never of a client's text. A blob becomes visible in this order:
its bytes are on the disk (fdatasync), its name is linked, its folder is on the disk (fsync); only then may a row speak
of it.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from media.files import hash_if_there, locked_folder, read_file, sync_folder
from media.rules import is_digest
from media.staging import Staged


class Shelved(StrEnum):
    """What putting bytes on their shelf found there."""

    NEW = "new"
    KNOWN = "known"  # the same bytes lay there already
    HEALED = "healed"  # damaged bytes lay there; they went to quarantine


def _named(path: Path) -> str:
    """The id that lies there, made at the first call; of several at once, one is first."""
    if not path.exists():
        draft = path.with_name(f"depot.{os.urandom(16).hex()}")
        draft.write_text(os.urandom(16).hex(), encoding="ascii")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


class Disk:
    """One directory. Everything in it lies on one file system, so that linking and renaming are atomic."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.staging_dir = root / "staging"
        self.blobs_dir = root / "blobs"
        self.derived_dir = root / "derived"
        self.quarantine_dir = root / "quarantine"
        # Shelves whose own names this process has synced: a neighbour may have made one and not yet synced it.
        self._durable: set[Path] = set()
        self.depot = ""
        """Which folder this is, for those who have another: an id that lies in it; known once it is prepared."""

    async def prepare(self) -> None:
        """Make the folders; harmless when they exist."""
        await asyncio.to_thread(self._prepare)

    def _prepare(self) -> None:
        for folder in (self.staging_dir, self.blobs_dir, self.derived_dir, self.quarantine_dir):
            folder.mkdir(parents=True, exist_ok=True)
        self.depot = _named(self.root / "depot")
        sync_folder(self.root)

    # -- names ----------------------------------------------------------------------------------------------------

    def blob_path(self, digest: str) -> Path:
        """Where the original of this SHA-256 (hex) lies.

        Raises:
            ValueError: not a digest; nothing else may become a path.
        """
        return self._shelf(self.blobs_dir, digest) / digest

    def derived_path(self, digest: str, name: str) -> Path:
        """Where the image `name` made from this original lies."""
        if not name.isalpha():
            raise ValueError(f"{name!r} does not name a derived image")
        return self._shelf(self.derived_dir, digest) / f"{digest}.{name}"

    def staging_path(self, upload: UUID) -> Path:
        return self.staging_dir / str(upload)

    @staticmethod
    def _shelf(folder: Path, digest: str) -> Path:
        if not is_digest(digest):
            raise ValueError(f"{digest!r} is not a SHA-256 in lower-case hex")
        return folder / digest[:2] / digest[2:4]

    # -- staging --------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def open_staging(self, upload: UUID) -> AsyncIterator[Staged]:
        """The growing file of an upload, alone among all processes; empty when nothing has arrived yet.

        Raises:
            Locked: another process has it.
        """
        async with Staged(self.staging_path(upload)) as staged:
            yield staged

    async def discard(self, upload: UUID) -> None:
        """Forget what has arrived; harmless when nothing has."""
        await asyncio.to_thread(self.staging_path(upload).unlink, missing_ok=True)

    async def touched_at(self, upload: UUID) -> datetime | None:
        """When the last byte of an upload came; `None` when none has."""
        return await asyncio.to_thread(self._touched_at, self.staging_path(upload))

    async def quarantine(self, upload: UUID) -> None:
        """Take the bytes of an upload out of the way and keep them."""
        await asyncio.to_thread(self._set_aside, self.staging_path(upload))

    # -- blobs ----------------------------------------------------------------------------------------------------

    async def shelve(self, upload: UUID, digest: str) -> Shelved:
        """Give the finished, synced file of an upload its name as a blob. The staging name stays until `discard`."""
        return await asyncio.to_thread(self.shelve_now, self.staging_path(upload), digest)

    async def shelve_bytes(self, name: UUID, data: bytes, digest: str) -> Shelved:
        """Keep bytes that are already in memory; `name` is a fresh id for their staging."""
        return await asyncio.to_thread(self.shelve_bytes_now, name, data, digest)

    async def holds(self, digest: str, length: int) -> bool:
        """Whether a blob of this digest and length lies on its shelf; says nothing about its content."""
        return await asyncio.to_thread(self._length, self.blob_path(digest)) == length

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes [start, stop) of a blob, piece by piece.

        Raises:
            FileNotFoundError: no such blob, at the first piece.
        """
        return read_file(self.blob_path(digest), start, stop)

    async def rehash(self, digest: str) -> str | None:
        """The SHA-256 of what really lies on this blob's shelf; `None` when nothing does."""
        return await asyncio.to_thread(hash_if_there, self.blob_path(digest))

    async def put_derived(self, digest: str, name: str, data: bytes) -> None:
        """Keep a derived image, replacing an older one; not synced, because it can be made again."""
        await asyncio.to_thread(self._put_derived, self.derived_path(digest, name), data)

    async def shelved(self) -> list[str]:
        """The digests of all blobs on the disk, sorted."""
        return await asyncio.to_thread(lambda: sorted(self._walk()))

    async def free(self) -> int:
        """Free bytes of the file system."""
        return (await asyncio.to_thread(shutil.disk_usage, self.root)).free

    # -- in a thread ----------------------------------------------------------------------------------------------

    def shelve_now(self, staged: Path, digest: str) -> Shelved:
        """`shelve`, for whoever is in a thread already; `staged` is any synced file of this file system."""
        path = self.blob_path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A collector that is about to remove an old file of this name does so before, or finds it young.
        with locked_folder(path.parent):
            found = self._linked(staged, path, digest)
            os.utime(path)
        # Also when the blob was known: its first writer may not have come to this line before a power cut.
        self._sync_shelf(path.parent)
        return found

    def _linked(self, staged: Path, path: Path, digest: str) -> Shelved:
        try:
            path.hardlink_to(staged)
        except FileExistsError:
            if hash_if_there(path) == digest:
                return Shelved.KNOWN
            self._set_aside(path)
            path.hardlink_to(staged)
            return Shelved.HEALED
        return Shelved.NEW

    def _sync_shelf(self, shelf: Path) -> None:
        sync_folder(shelf)
        if shelf not in self._durable:
            # Behind the one above these find nothing left to write on most file systems.
            sync_folder(shelf.parent)
            sync_folder(self.blobs_dir)
            self._durable.add(shelf)

    def shelve_bytes_now(self, name: UUID, data: bytes, digest: str) -> Shelved:
        """`shelve_bytes`, for whoever is in a thread already."""
        staged = self.staging_path(name)
        try:
            with staged.open("xb") as file:
                file.write(data)
                file.flush()
                os.fdatasync(file.fileno())
            return self.shelve_now(staged, digest)
        finally:
            staged.unlink(missing_ok=True)

    def _set_aside(self, path: Path) -> None:
        number = 0
        while (target := self.quarantine_dir / f"{path.name}.{number}").exists():
            number += 1
        path.rename(target)
        sync_folder(self.quarantine_dir)
        sync_folder(path.parent)

    @staticmethod
    def _put_derived(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_bytes(data)
        fresh.replace(path)

    def _walk(self) -> Iterator[str]:
        for path in self.blobs_dir.glob("??/??/*"):
            yield path.name

    @staticmethod
    def _touched_at(path: Path) -> datetime | None:
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        return datetime.fromtimestamp(found.st_mtime, UTC) if found.st_size else None

    @staticmethod
    def _length(path: Path) -> int | None:
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return None
