"""Collects what a dossier is made of, room by room. Reads only."""

from collections.abc import Sequence
from uuid import UUID

from inspection.archive import store
from inspection.archive.contents import Lot, Materials
from inspection.archive.entry_checks import referred
from inspection.archive.sources import BlobSource, CustodySource
from inspection.archive.store import TaskFacts, VisitFacts
from inspection.draw.told import disclosure
from inspection.draw.told.disclose import opening, public_view
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import JournalEntry, read
from inspection.policy.load import digest, rule_set_named
from inspection.publicity.settled import settled
from inspection.visits.reading import approved_record, joined_visits
from inspection.visits.record import record_json
from mobile_contract.problems import ProblemCode
from mobile_contract.signed import SignedText

PAGE = 1000


async def gather(visit: VisitFacts, blobs: BlobSource, custody: CustodySource) -> Materials:
    """All materials of a visit whose publicity has ended.

    Raises:
        Conflict: a result still waits, the record is not approved, originals it rests on have gone, or the rule-set
            it was judged by reads otherwise now.
    """
    end, visits = await settled(visit.id), await joined_visits(visit.id)
    entries = await store.entries(visits)
    here = await blobs.complete_digests(referred(entry.body for entry in entries))
    record = await approved_record(visit.id, here)
    if end is None or record is None:
        raise Conflict(ProblemCode.DOSSIER_NOT_READY, "archive.not_settled", visit=str(visit.id))
    reviews = await store.reviews(visit.id)
    if record.missing_media and not any(review.media_certified for review in reviews):
        # They were here when the record was approved: something is wrong with the store, and a person must look.
        raise Conflict(ProblemCode.MEDIA_MISSING, "archive.media_missing", digests=list(record.missing_media))
    tasks, receipts = await store.task_facts(visits), await _receipts(custody, visits)
    kids = {entry.kid for entry in entries} | {receipt.k for receipt in receipts}
    return Materials(
        visit=visit,
        joined=visits[1:],
        rule_set_digest=_rule_digest(visit),
        tasks=tasks,
        team=await store.team(visits),
        reviews=reviews,
        entries=entries,
        receipts=receipts,
        keys=await custody.public_keys(kids),
        record=record_json(record),
        lots=[await _lot(task.draw, task.ticket) for task in tasks if task.draw and task.ticket],
        journal=await _journal(visits, tasks),
        settled=end,
        media_here=here,
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
        # The proof of an object stays closed where its result is withheld.
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
