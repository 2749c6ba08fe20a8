"""The second digest of every stored file, SM3 (GB/T 32905), in the background: it costs five times the first.

Read in one pass with the first, so that it is never the digest of other bytes.
"""

import asyncio
import hashlib
from pathlib import Path
from typing import Final

from inspection.kernel.command import Command
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep
from media import store_remote
from media.files import BATCH
from media.reading import local_file

JOB: Final = "media.second_digest"
NAME: Final = "sm3"


async def second_digest(digest: str) -> str | None:
    """The SM3 (hex) of a stored file that has none yet; `None` when it has, or this machine cannot compute it.

    Raises:
        NotFound, Refused: the bytes are damaged, or elsewhere and out of reach.
    """
    row = await store_remote.kept(digest)
    if row is None or row.sm3 is not None or NAME not in hashlib.algorithms_available:
        return None
    async with local_file(digest) as path:
        first, second = await asyncio.to_thread(_both, path)
    if first != digest:
        raise ValueError("the file changed while it was read")
    return second


def _both(path: Path) -> tuple[str, str]:
    first, second = hashlib.sha256(), hashlib.new(NAME)
    with path.open("rb", buffering=0) as file:
        while piece := file.read(BATCH):
            first.update(piece)
            second.update(piece)
    return first.hexdigest(), second.hexdigest()


async def _prepare(job: Job) -> str | None:
    return await second_digest(str(job.payload["digest"]))


async def _write(cmd: Command, job: Job, sm3: str | None) -> None:
    digest = str(job.payload["digest"])
    if sm3 is not None and await store_remote.set_sm3(digest, sm3):
        await append(cmd.event(EventKind.BLOB_SECOND_DIGEST, f"media:{digest}", digest=digest, sm3=sm3))


SECOND_DIGEST: Final = TwoStep(_prepare, _write)
"""The handler of `media.second_digest`; doing it twice changes nothing."""
