"""Copies of files that never change, each compared with its digest while it is copied."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from inspection.kernel.backup.manifest import Part

PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listed:
    """A stored file that a database speaks of. `remote`: the object store was found to hold it."""

    digest: str
    length: int
    mime: str
    remote: bool

    @property
    def line(self) -> str:
        """Its line in the list: digest, bytes, type, separated by tabs."""
        return f"{self.digest}\t{self.length}\t{self.mime}\n"


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where a stored file lies: `source` now, `within` a folder that keeps a copy of the store."""

    source: Callable[[str], Path]
    within: Callable[[Path, str], Path]


@dataclass(slots=True)
class Kept:
    """What came of copying: how many are there, in the object store alone, and nowhere or damaged."""

    held: int = 0
    linked: int = 0
    elsewhere: int = 0
    missing: list[str] = field(default_factory=list)


def keep_file(one: Listed, shelves: Shelves, target: Path, previous: Path | None, kept: Kept) -> None:
    """Bring one stored file into the folder `target`: linked to what an older backup holds, else copied."""
    place = shelves.within(target, one.digest)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if previous is not None and _linked(shelves.within(previous, one.digest), place, one.length):
        kept.linked += 1
        kept.held += 1
        return
    if copy_checked(shelves.source(one.digest), place, one.digest):
        kept.held += 1
    elif one.remote:
        kept.elsewhere += 1
    else:
        kept.missing.append(one.digest)


def copy_checked(source: Path, target: Path, digest: str) -> bool:
    """Copy a file for good; False, and nothing is left, when it is not there or not what its digest says."""
    try:
        told = copy_hashed(source, target)
    except FileNotFoundError:
        return False
    if told.sha256 != digest:
        target.unlink()
        return False
    return True


def copy_hashed(source: Path, target: Path) -> Part:
    """Copy a file for good, readable by its owner only; what was copied.

    Raises:
        FileNotFoundError: no such file.
        FileExistsError: `target` is there.
    """
    hashed, length = hashlib.sha256(), 0
    with source.open("rb", buffering=0) as read:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb", buffering=0) as written:
            while piece := read.read(PIECE):
                hashed.update(piece)
                length += len(piece)
                written.write(piece)
            os.fsync(written.fileno())
    return Part(path=target.name, length=length, sha256=hashed.hexdigest())


def sha256_of(path: Path) -> str | None:
    """SHA-256 (hex) of a file; None when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def read_list(path: Path) -> Iterator[tuple[str, int]]:
    """Digest and bytes of every file that a backup's list names."""
    with path.open() as lines:
        for line in lines:
            digest, length, _ = line.rstrip("\n").split("\t", 2)
            yield digest, int(length)


def _linked(old: Path, place: Path, length: int) -> bool:
    try:
        if old.stat().st_size != length:
            return False
        os.link(old, place)
    except OSError:  # not there, or a file system without links
        return False
    return True
