"""Collects what a bundle is made of, room by room: one way for the sealed dossier and for evidence. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from inspection.archive import store
from inspection.archive.contents import Bundle, Lot, Materials
from inspection.archive.custody.due import file_streams
from inspection.archive.custody.parts import Ground, ask, custody_parts
from inspection.archive.entry_checks import referred
from inspection.archive.follow_up_parts import followed
from inspection.archive.objection_parts import objected, open_objections
from inspection.archive.sources import BlobSource, CustodySource
from inspection.archive.store import EntryLine, ReviewFacts, TaskFacts, VisitFacts
from inspection.archive.store_dossiers import DossierRow
from inspection.draw.told import disclosure
from inspection.draw.told.disclose import opening, public_view
from inspection.kernel.canonical import JSON
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import JournalEntry, read, read_all
from inspection.policy.load import digest, rule_set_named
from inspection.publicity.settled import Settled, settled, so_far
from inspection.visits.reading import approved_record, joined_visits, read_record
from inspection.visits.record import record_json
from mobile_contract.problems import ProblemCode
from mobile_contract.signed import SignedText

PAGE = 1000


@dataclass(frozen=True, slots=True)
class _Basis:
    """What everything else of a bundle goes by: the visits that are one, their entries, and the files that are here."""

    visits: Sequence[UUID]
    entries: Sequence[EntryLine]
    here: frozenset[str]
    reviews: Sequence[ReviewFacts]


async def gather(
    visit: VisitFacts, blobs: BlobSource, custody: CustodySource, *, sealed: Sequence[DossierRow] = ()
) -> Materials:
    """All materials of a visit whose publicity has ended. `sealed`: the volumes that there are.

    Raises:
        Conflict: a result still waits, the record is not approved, an objection is not settled, originals it rests on
            have gone, or the rule-set it was judged by reads otherwise now.
    """
    end, basis = await settled(visit.id), await _basis(visit, blobs)
    record = await approved_record(visit.id, basis.here)
    if end is None or record is None:
        raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.not_settled", visit=str(visit.id))
    if waiting := await open_objections(visit.id):
        raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.objections_open", numbers="、".join(waiting))
    if record.missing_media and not any(review.media_certified for review in basis.reviews):
        # They were here when the record was approved: something is wrong with the store, and a person must look.
        raise Conflict(ProblemCode.MEDIA_MISSING, "archive.media_missing", digests=list(record.missing_media))
    materials = await _collected(Bundle.SEALED, visit, basis, record_json(record), end, blobs, custody)
    return replace(materials, follows=sealed[-1]) if sealed else materials


async def gather_evidence(visit: VisitFacts, blobs: BlobSource, custody: CustodySource) -> Materials:
    """All materials of a visit as they stand, at any time after its unsealing. Files that are not here are told.

    Raises:
        Conflict: it is not unsealed yet, or the rule-set it was judged by reads otherwise now.
    """
    if visit.unsealed_at is None:
        raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.not_unsealed", visit=str(visit.id))
    basis, end = await _basis(visit, blobs), await so_far(visit.id)
    record = await approved_record(visit.id, basis.here) or await read_record(visit.id, basis.here)
    return await _collected(Bundle.EVIDENCE, visit, basis, record_json(record), end, blobs, custody)


async def _basis(visit: VisitFacts, blobs: BlobSource) -> _Basis:
    visits = await joined_visits(visit.id)
    entries = await store.entries(visits)
    here = await blobs.claimed_digests(visit.authority, referred(entry.body for entry in entries))
    return _Basis(visits, entries, here, await store.reviews(visit.id))


async def _collected(
    kind: Bundle,
    visit: VisitFacts,
    basis: _Basis,
    record: Mapping[str, JSON],
    end: Settled,
    blobs: BlobSource,
    custody: CustodySource,
) -> Materials:
    tasks, receipts = await store.task_facts(basis.visits), await _receipts(custody, basis.visits)
    team = await store.team(basis.visits)
    files = await file_streams(visit.authority, referred(entry.body for entry in basis.entries), blobs)
    follow_up = await followed(basis.visits, blobs)
    journal = await _journal(basis.visits, tasks) | await read_all([*files, *follow_up.streams])
    held = Ground(visit, basis.visits, basis.entries, tasks, team, journal, basis.here)
    parts = custody_parts(held, await ask(held, blobs, custody), custody.sign)
    kids = {entry.kid for entry in basis.entries} | {one.k for one in (*receipts, *parts.heads, parts.signature)}
    kids |= {one.k for one in (parts.proofs.head, *(stamp.head for stamp in parts.proofs.stamps)) if one is not None}
    return Materials(
        kind=kind,
        visit=visit,
        joined=basis.visits[1:],
        rule_set_digest=_rule_digest(visit),
        tasks=tasks,
        team=team,
        reviews=basis.reviews,
        entries=basis.entries,
        receipts=receipts,
        keys=await custody.public_keys(kids),
        record=record,
        lots=[await _lot(task.draw, task.ticket) for task in tasks if task.draw and task.ticket],
        journal=journal,
        settled=end,
        objected=await objected(visit.id, blobs, journal),
        media_here=basis.here,
        custody=parts,
        followed=follow_up,
    )


def _rule_digest(visit: VisitFacts) -> str:
    """The digest stamped on the visit, held to the rule-set this server knows."""
    found = digest(rule_set_named(visit.rule_set))
    if visit.rule_digest not in {None, found}:
        raise Conflict(
            ProblemCode.CONFLICT,
            "archive.rules_changed",
            rule_set=visit.rule_set,
            stamped=visit.rule_digest,
            found=found,
        )
    return found


async def _lot(draw: UUID, ticket: UUID) -> Lot:
    try:
        proof = disclosure.opened(await opening(ticket))
    except Refused:
        # The proof of an object stays closed where its result is withheld, or not published yet.
        proof = None
    return Lot(await public_view(draw), proof)


async def _receipts(custody: CustodySource, visits: Sequence[UUID]) -> list[SignedText]:
    """Each once, though it may speak of entries of several of these visits."""
    found = {receipt.p: receipt for visit in visits for receipt in await custody.receipts(visit)}
    return list(found.values())


async def _journal(visits: Sequence[UUID], tasks: Sequence[TaskFacts]) -> dict[str, list[JournalEntry]]:
    streams = [*(f"visit:{visit}" for visit in visits), *sorted({f"draw:{task.draw}" for task in tasks if task.draw})]
    return {stream: await _whole(stream) for stream in streams}


async def _whole(stream: str) -> list[JournalEntry]:
    lines: list[JournalEntry] = []
    while page := await read(stream, after=len(lines), limit=PAGE):
        lines += page
    return lines
