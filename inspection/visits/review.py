"""The leader's queue and the two decisions: sent back with remarks, or approved (see `approve.py`)."""

from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, Refused, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits import store, store_reviews
from inspection.visits.reading import Folded, fold_visit, known_visit, locked_visit
from inspection.visits.record import RecordStatus
from inspection.visits.rows import ReviewRow, VisitRow
from inspection.visits.rules import may_review
from inspection.visits.states import REVIEWABLE, ReviewDecision, VisitState
from mobile_contract.problems import ProblemCode

MAX_REMARKS = 4000


@dataclass(frozen=True, slots=True)
class AwaitingReview:
    """A record that its inspectors have finished. `seen` is what a decision on it must name."""

    visit: UUID
    object: UUID
    leader: UUID | None
    seen: str
    conflicts: int
    media: tuple[str, ...]
    """Digests (hex) the record refers to; ask which of them are complete."""


async def awaiting_review(authority: UUID, *, leader: UUID | None = None, limit: int = 100) -> list[AwaitingReview]:
    """Attested records nobody has decided on as they stand now, the longest waiting first.

    `leader`: only visits this inspector leads. A record that was sent back waits again once it has changed.
    """
    states = [state.value for state in REVIEWABLE]
    waiting: list[AwaitingReview] = []
    for visit_id in await store_reviews.vouched_visits(authority, states, leader, limit):
        visit = await known_visit(visit_id)
        folded = await fold_visit(visit)
        if folded.record.status is not RecordStatus.ATTESTED or await _sent_back(visit_id, folded.digest):
            continue
        record = folded.record
        waiting.append(
            AwaitingReview(
                visit_id, visit.object, visit.leader, folded.digest, len(record.conflicts), record.missing_media
            )
        )
    return waiting


async def return_visit(cmd: Command, *, visit_id: UUID, seen: str, remarks: str) -> ReviewRow:
    """Send the visit back to its inspectors with remarks.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.not_reviewer`.
        Conflict: `visits.wrong_step` when there is nothing recorded, or it is approved.
        Invalid: `visits.remarks_missing`, `visits.remarks_too_long`.
        StaleScreen: `visits.stale`, with the digest as it is now.
    """
    remarks = remarks.strip()
    if not remarks:
        raise Invalid(ProblemCode.INVALID, "visits.remarks_missing")
    async with unit_of_work():
        visit, folded = await seen_record(cmd, visit_id, seen)
        row = review_row(cmd, visit, folded, ReviewDecision.RETURNED, remarks)
        await store_reviews.add_review(row)
        await store.change_visit(visit_id, state=VisitState.RETURNED.value, remarks=remarks)
        await append(
            cmd.under(visit.rule_set).event(
                EventKind.VISIT_RETURNED, f"visit:{visit_id}", seen=folded.digest, remarks=remarks
            )
        )
    return row


async def seen_record(
    cmd: Command, visit_id: UUID, seen: str, complete: frozenset[str] = frozenset()
) -> tuple[VisitRow, Folded]:
    """The locked visit and its record, if this actor may decide on it and has seen it as it is now."""
    visit = await locked_visit(cmd, visit_id)
    if not may_review(cmd.actor, visit.leader):
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit_id))
    if visit.state not in REVIEWABLE:
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.wrong_step", visit=str(visit_id), state=visit.state.value)
    folded = await fold_visit(visit, complete)
    if folded.digest != seen:
        raise StaleScreen(ProblemCode.STALE_SCREEN, "visits.stale", visit=str(visit_id), seen=seen, now=folded.digest)
    return visit, folded


def review_row(
    cmd: Command,
    visit: VisitRow,
    folded: Folded,
    decision: ReviewDecision,
    remarks: str,
    *,
    media_certified: bool = False,
) -> ReviewRow:
    if len(remarks) > MAX_REMARKS:
        raise Invalid(ProblemCode.INVALID, "visits.remarks_too_long", limit=MAX_REMARKS)
    return ReviewRow(
        id=cmd.new_id(),
        visit=visit.id,
        decision=decision.value,
        seen=folded.digest,
        remarks=remarks,
        media_certified=media_certified,
        through=folded.through,
        by=cmd.actor.id,
        by_name=cmd.actor.name,
        at=cmd.now,
    )


async def _sent_back(visit_id: UUID, digest: str) -> bool:
    returned = await store_reviews.last_return(visit_id)
    return returned is not None and returned.seen == digest
