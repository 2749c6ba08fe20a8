"""Copies that nobody made anew for long leave the cache; the rows that tell of them stay, for the custody record."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from media.rules import is_digest
from media.vault import current_vault


async def count_old_copies(before: datetime) -> int:
    """How many copies were made before that."""
    return await asyncio.to_thread(lambda: sum(1 for _ in _old(current_vault().disk.derived_dir, before)))


async def drop_old_copies(before: datetime, limit: int) -> int:
    """Remove at most so many of them; how many."""
    return await asyncio.to_thread(_drop, current_vault().disk.derived_dir, before, limit)


def _drop(folder: Path, before: datetime, limit: int) -> int:
    found = list(islice(_old(folder, before), limit))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _old(folder: Path, before: datetime) -> Iterator[Path]:
    for path in folder.glob("??/??/*"):
        try:
            if is_digest(path.name.partition(".")[0]) and path.stat().st_mtime < before.timestamp():
                yield path
        except FileNotFoundError:
            continue
