"""Background work after a blob is stored: look at it once, keep what was found and the small copies."""

from typing import Final

from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep
from media import store
from media.findings import Look
from media.reading import local_file
from media.store import DerivativeRow
from media.vault import current_vault

JOB: Final = "media.derive"


async def _look(job: Job) -> Look | None:
    return await look_at_blob(str(job.payload["digest"]))


async def _write(cmd: Command, job: Job, look: Look | None) -> None:
    if look is not None:
        await record_look(cmd, digest=str(job.payload["digest"]), look=look)


DERIVE: Final = TwoStep(_look, _write)
"""The handler of `media.derive`; doing it twice changes nothing. Bytes that are gone are an incident and raise."""


async def look_at_blob(digest: str) -> Look | None:
    """Look at a stored blob and keep the small copies of an image; `None` when that was done.

    It writes no row, may take seconds, and should run outside of a unit of work.

    Raises:
        NotFound, Refused: the bytes are gone, or cannot be had now.
    """
    vault = current_vault()
    blob = await store.blob(digest)
    if blob is None or blob.probe is not None:
        return None
    async with local_file(digest) as path:
        look = await vault.images.look(path, blob.mime)
    for copy in look.copies:
        await vault.disk.put_derived(digest, copy.name, copy.data)
    return look


async def record_look(cmd: Command, *, digest: str, look: Look) -> None:
    """Write down what was found; the first look counts."""
    await in_unit(_record, cmd, digest, look)


async def _record(cmd: Command, digest: str, look: Look) -> None:
    facts = look.facts()
    blob_id = await store.set_probe(digest, facts, cmd.now)
    if blob_id is None:
        return
    rows = [
        DerivativeRow(copy.name, sha256_hex(copy.data), len(copy.data), copy.width, copy.height) for copy in look.copies
    ]
    await store.add_derivatives(blob_id, [(cmd.new_id(), row) for row in rows])
    derived = {row.name: row.digest for row in rows}
    await append(cmd.event(EventKind.BLOB_DERIVED, f"media:{digest}", probe=facts, derived=derived))
