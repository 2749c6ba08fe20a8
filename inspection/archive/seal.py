import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from inspection.archive import store, store_dossiers
from inspection.archive.bundle import file_digest, write_bundle
from inspection.archive.custody.due import note_custody
from inspection.archive.gather import gather
from inspection.archive.sources import BlobSource, CustodySource
from inspection.archive.store import VisitFacts
from inspection.archive.store_dossiers import DossierRow
from inspection.archive.supplements import SUPPLEMENTS
from inspection.authority.store import next_number
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, JournalEntry, append, read_all
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.penalties.read import penalties_of
from inspection.publicity.store import stream_of
from inspection.visits.reading import joined_visits
from mobile_contract.problems import ProblemCode

ZIP: Final = "application/zip"


@dataclass(frozen=True, slots=True)
class _Written:
    """A bundle that lies in the store, before its seal. `lines`: of the visit's stream, as they were gathered."""

    manifest: bytes
    digest: str
    size: int
    lines: int


async def seal_dossier(
    cmd: Command, *, visit_id: UUID, blobs: BlobSource, custody: CustodySource, workspace: Path | None = None
) -> DossierRow:
    """Seal the dossier of a visit after its publicity has ended; nobody changes, adds or takes out afterwards
    (兴隆台 第四条). Sealing again returns what was sealed, unless something has come to the matter since: then that is
    sealed as a further volume (补充卷), which names the one before it by its digest and leaves it as it is.

    The bundle is written and stored before the transaction that seals it; a crash in between leaves a file that the
    next attempt finds again, because the same record gives the same bytes. What the chain of custody does not tell yet
    is noted before. `workspace`: a folder with room for it.

    Raises:
        NotFound: no such visit in this authority.
        Conflict: a result still waits or is only deferred, an objection is not settled, the record moved on meanwhile,
            or stored media or the transparency log are damaged.
    """
    visit = await store.visit_facts(visit_id)
    if visit is None or cmd.authority not in (None, visit.authority):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "archive.no_visit")
    sealed = await store_dossiers.volumes(visit_id)
    if sealed and not await _has_more(visit_id, sealed[-1]):
        return sealed[-1]
    await note_custody(cmd, visit_id=visit_id, files=blobs, custody=custody)
    materials = await gather(visit, blobs, custody, sealed=sealed)
    if materials.custody.proofs.torn:
        raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.log_torn")
    with TemporaryDirectory(dir=workspace, prefix="dossier-") as folder:
        path = Path(folder) / "dossier.zip"
        manifest = await write_bundle(path, materials, blobs)
        digest, size = await asyncio.to_thread(file_digest, path)
        if await blobs.store_file(cmd, path, ZIP) != digest:
            raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.not_stored", digest=digest)
    written = _Written(manifest, digest, size, len(materials.journal[f"visit:{visit_id}"]))
    return await _enter(cmd, visit, written, sealed)


async def _has_more(visit_id: UUID, last: DossierRow) -> bool:
    """Whether anything that belongs in a dossier has happened since the last volume of it."""
    penalties = [stream_of(None, one.penalty.id) for one in await penalties_of(visit_id)]
    streams = await read_all([*(f"visit:{one}" for one in await joined_visits(visit_id)), *penalties])
    own = streams.pop(f"visit:{visit_id}", [])
    after = max(line.seq for line in own if line.kind is EventKind.DOSSIER_SEALED)
    later: list[JournalEntry] = [line for line in own if line.seq > after]
    later += [line for lines in streams.values() for line in lines if line.at > last.sealed_at]
    return any(line.kind in SUPPLEMENTS for line in later)


async def _enter(cmd: Command, visit: VisitFacts, written: _Written, sealed: Sequence[DossierRow]) -> DossierRow:
    further: dict[str, JSON] = {"volume": len(sealed) + 1, "follows": sealed[-1].digest} if sealed else {}
    told = {"sha256": written.digest, "bytes": written.size, "after": written.lines, **further}
    async with unit_of_work():
        # The journal's line locks the visit's stream first: two sealings wait for one another here.
        (line,) = await append(
            cmd.under(visit.rule_set).event(EventKind.DOSSIER_SEALED, f"visit:{visit.id}", lane=None, **told)
        )
        if line.seq != written.lines + 1:
            raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.moved_on", visit=str(visit.id))
        row = DossierRow(
            id=cmd.new_id(),
            authority=visit.authority,
            visit=visit.id,
            number=await _number(cmd, visit, sealed),
            digest=written.digest,
            bytes=written.size,
            sealed_by=cmd.actor.id,
            sealed_at=cmd.now,
            volume=len(sealed) + 1,
            follows=sealed[-1].digest if sealed else None,
        )
        if sealed:
            await store_dossiers.add_volume(sealed[0].id, row, written.manifest)
        else:
            await store_dossiers.add_dossier(row, written.manifest)
    return row


async def _number(cmd: Command, visit: VisitFacts, sealed: Sequence[DossierRow]) -> str:
    if sealed:
        return f"{sealed[0].number}-{len(sealed) + 1}"
    year = local_day(cmd.now).year
    return f"{visit.authority_code}-{year}-D{await next_number(f'{visit.authority}:dossier:{year}'):06d}"
