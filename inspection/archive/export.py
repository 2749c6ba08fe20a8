"""A bundle of evidence: what a court, a party or a supervisor is handed of one visit, at any time after unsealing."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from inspection.archive import store
from inspection.archive.bundle import file_digest, write_bundle
from inspection.archive.custody.acts import Act, Noted
from inspection.archive.custody.due import note_custody
from inspection.archive.custody.note import write_acts
from inspection.archive.gather import gather_evidence
from inspection.archive.sources import BlobSource, CustodySource
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.reading import joined_visits
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written: SHA-256 (hex), bytes, how many files it has, and which originals are not in it."""

    visit: UUID
    sha256: str
    bytes: int
    entries: int
    media: int
    media_missing: tuple[str, ...]
    log_waiting: int


async def export_evidence(
    cmd: Command,
    *,
    visit_id: UUID,
    purpose: str,
    ground: str,
    path: Path,
    blobs: BlobSource,
    custody: CustodySource,
) -> Exported:
    """Write the evidence of a visit to `path`, and note in its chain who took it, for what and on which ground.

    Visits that are one are one bundle, under the canonical id. Large files pass through in pieces.

    Raises:
        NotFound: no such visit in this authority.
        Conflict: it is not unsealed yet, or stored media are damaged.
    """
    asked = await store.visit_facts(visit_id)
    if asked is None or cmd.authority not in (None, asked.authority):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "archive.no_visit")
    (canonical, *_) = await joined_visits(visit_id)
    visit = asked if canonical == visit_id else await store.visit_facts(canonical)
    if visit is None:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "archive.no_visit")
    await note_custody(cmd, visit_id=canonical, files=blobs, custody=custody)
    materials = await gather_evidence(visit, blobs, custody)
    await write_bundle(path, materials, blobs)
    digest, size = await asyncio.to_thread(file_digest, path)
    facts: dict[str, JSON] = {"sha256": digest, "bytes": size, "purpose": purpose, "ground": ground}
    await in_unit(write_acts, cmd, canonical, [Noted(Act.EXPORTED, f"export:{digest}", None, facts)])
    return Exported(
        visit=canonical,
        sha256=digest,
        bytes=size,
        entries=len(materials.entries),
        media=len(materials.media_wanted & materials.media_here),
        media_missing=tuple(sorted(materials.media_wanted - materials.media_here)),
        log_waiting=len(materials.custody.proofs.waiting),
    )
