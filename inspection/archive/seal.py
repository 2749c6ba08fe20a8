import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from inspection.archive import store
from inspection.archive.bundle import file_digest, write_bundle
from inspection.archive.custody.due import note_custody
from inspection.archive.gather import gather
from inspection.archive.sources import BlobSource, CustodySource
from inspection.archive.store import DossierRow, VisitFacts
from inspection.authority.store import next_number
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

ZIP = "application/zip"


async def seal_dossier(
    cmd: Command, *, visit_id: UUID, blobs: BlobSource, custody: CustodySource, workspace: Path | None = None
) -> DossierRow:
    """Seal the dossier of a visit, once, after its publicity has ended; nobody changes, adds or takes out afterwards
    (兴隆台 第四条). Sealing again returns what was sealed.

    The bundle is written and stored before the transaction that seals it; a crash in between leaves a file that the
    next attempt finds again, because the same record gives the same bytes. What the chain of custody does not tell yet
    is noted before. `workspace`: a folder with room for it.

    Raises:
        NotFound: no such visit in this authority.
        Conflict: a result still waits or is only deferred, an objection is not settled, the record moved on meanwhile,
            or stored media are damaged.
    """
    visit = await store.visit_facts(visit_id)
    if visit is None or cmd.authority not in (None, visit.authority):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "archive.no_visit")
    if (sealed := await store.dossier(visit=visit_id)) is not None:
        return sealed
    await note_custody(cmd, visit_id=visit_id, files=blobs, custody=custody)
    materials = await gather(visit, blobs, custody)
    with TemporaryDirectory(dir=workspace, prefix="dossier-") as folder:
        path = Path(folder) / "dossier.zip"
        manifest = await write_bundle(path, materials, blobs)
        digest, size = await asyncio.to_thread(file_digest, path)
        if await blobs.store_file(cmd, path, ZIP) != digest:
            raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.not_stored", digest=digest)
    lines = len(materials.journal[f"visit:{visit_id}"])
    return await _enter(cmd, visit, manifest, digest, size, lines)


async def _enter(cmd: Command, visit: VisitFacts, manifest: bytes, digest: str, size: int, lines: int) -> DossierRow:
    async with unit_of_work():
        # The journal's line locks the visit's stream first: two sealings wait for one another here.
        (line,) = await append(
            cmd.under(visit.rule_set).event(
                EventKind.DOSSIER_SEALED, f"visit:{visit.id}", sha256=digest, bytes=size, after=lines
            )
        )
        if line.seq != lines + 1:
            raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.moved_on", visit=str(visit.id))
        year = local_day(cmd.now).year
        n = await next_number(f"{visit.authority}:dossier:{year}")
        row = DossierRow(
            id=cmd.new_id(),
            authority=visit.authority,
            visit=visit.id,
            number=f"{visit.authority_code}-{year}-D{n:06d}",
            digest=digest,
            bytes=size,
            sealed_by=cmd.actor.id,
            sealed_at=cmd.now,
        )
        await store.add_dossier(row, manifest)
    return row
