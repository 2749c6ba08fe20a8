"""What a reviewer decides, and only on what was seen: sent back with remarks, or approved (see `approve.py`)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, Refused, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits import store
from inspection.visits.links.store import lock_joined
from inspection.visits.reading import Folded, fold_visit, locked_visit
from inspection.visits.review import store as store_reviews
from inspection.visits.rows import FieldRemark, ReviewRow, VisitRow
from inspection.visits.rules import may_review, only_inspected
from inspection.visits.states import REVIEWABLE, ReviewDecision, VisitState
from mobile_contract.envelope import entry_set_digest
from mobile_contract.problems import ProblemCode

MAX_REMARKS = 4000
_CARD_LANGUAGE: Final = "zh_CN"
"""Remarks go to the tablets as they were written, and those who inspect here write Chinese."""


async def return_visit(
    cmd: Command,
    *,
    visit_id: UUID,
    seen: str,
    remarks: str,
    fields: Sequence[FieldRemark] = (),
    correct_by: date | None = None,
) -> ReviewRow:
    """Send the visit back to its inspectors with remarks.

    `fields`: the check points to be corrected. What the inspected party had signed of them may be corrected from now
    on; nothing else of it may (sync.md §2.11). `correct_by`: the last day on which it is corrected in time.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.not_reviewer`.
        Conflict: `visits.wrong_step` when there is nothing recorded, or it is approved.
        Invalid: `visits.remarks_missing`, `visits.remarks_too_long`, `visits.no_such_point` for a field that the
            visit's checklists do not have, `visits.point_twice`, `visits.correct_by_past`.
        StaleScreen: `visits.stale`, with the digest as it is now.
    """
    remarks = remarks.strip()
    if not remarks:
        raise Invalid(ProblemCode.INVALID, "visits.remarks_missing")
    if correct_by is not None and correct_by < local_day(cmd.now):
        raise Invalid(ProblemCode.INVALID, "visits.correct_by_past", today=local_day(cmd.now).isoformat())
    async with unit_of_work():
        visit, folded = await seen_record(cmd, visit_id, seen)
        asked = _asked(fields, folded)
        row = replace(review_row(cmd, visit, folded, ReviewDecision.RETURNED, remarks), correct_by=correct_by)
        for one in folded.setting.joined:
            own = row_of(cmd, row, folded, one.id)
            await store_reviews.add_review(own)
            await store_reviews.add_remarks(own.id, [(cmd.new_id(), field) for field in asked])
            await store.change_visit(one.id, state=VisitState.RETURNED.value, remarks=_told(remarks, correct_by))
        await append(
            cmd.under(visit.rule_set).event(
                EventKind.VISIT_RETURNED,
                f"visit:{visit_id}",
                seen=folded.digest,
                remarks=remarks,
                correct_by=correct_by.isoformat() if correct_by else None,
                fields=[{"checklist": one.checklist, "item": one.item, "remark": one.remark} for one in asked],
            )
        )
    return row


def _told(remarks: str, correct_by: date | None) -> str:
    """The remarks as the tablets show them: with the day."""
    if correct_by is None:
        return remarks
    return text("visits.correct_by_told", _CARD_LANGUAGE, remarks=remarks, day=correct_by.isoformat())


def _asked(fields: Sequence[FieldRemark], folded: Folded) -> list[FieldRemark]:
    """The fields as they are kept, if each is a check point of the visit and is named once."""
    known = folded.setting.scheme.by_place
    asked = [FieldRemark(one.checklist, one.item, one.remark.strip()) for one in fields]
    for place in [(one.checklist, one.item) for one in asked]:
        if place not in known:
            raise Invalid(ProblemCode.INVALID, "visits.no_such_point", checklist=place[0], item=place[1])
    if any(not one.remark for one in asked):
        raise Invalid(ProblemCode.INVALID, "visits.remarks_missing")
    if any(len(one.remark) > MAX_REMARKS for one in asked):
        raise Invalid(ProblemCode.INVALID, "visits.remarks_too_long", limit=MAX_REMARKS)
    if len({known[one.checklist, one.item].key for one in asked}) < len(asked):
        raise Invalid(ProblemCode.INVALID, "visits.point_twice")
    return asked


async def seen_record(
    cmd: Command, visit_id: UUID, seen: str, complete: frozenset[str] = frozenset()
) -> tuple[VisitRow, Folded]:
    """The locked visit and its record, if this actor may decide on it and has seen it as it is now.

    Visits that are one with it are locked too: what is decided is decided of all of them.
    """
    visit, joined = await whole_visit(cmd, visit_id)
    if not may_review(cmd.actor, visit.leader):
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit_id))
    if not any(one.state in REVIEWABLE for one in joined):
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.wrong_step", visit=str(visit_id), state=visit.state.value)
    folded = await as_seen(visit, seen, complete)
    check_apart(cmd, folded)
    return visit, folded


def check_apart(cmd: Command, folded: Folded) -> None:
    """Refuse whoever inspected here and does not lead: `visits.reviewer_inspected`."""
    setting = folded.setting
    if only_inspected(cmd.actor, setting.people.ever, setting.leaders):
        visit = str(setting.visit.id)
        raise Refused(ProblemCode.SAME_PERSON, "visits.reviewer_inspected", visit=visit)


async def whole_visit(cmd: Command, visit_id: UUID) -> tuple[VisitRow, tuple[VisitRow, ...]]:
    """The locked visit with all that are one with it, itself first; Conflict when it is read under another id."""
    visit = await locked_visit(cmd, visit_id)
    if visit.linked_to not in {None, visit.id}:
        canonical = str(visit.linked_to)
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.read_elsewhere", visit=str(visit_id), canonical=canonical)
    return visit, await lock_joined(visit)


async def as_seen(visit: VisitRow, seen: str, complete: frozenset[str] = frozenset()) -> Folded:
    """The record, if it is still the one that was seen; StaleScreen `visits.stale` otherwise, with what it is now."""
    folded = await fold_visit(visit, complete)
    if folded.digest != seen:
        raise StaleScreen(ProblemCode.STALE_SCREEN, "visits.stale", visit=str(visit.id), seen=seen, now=folded.digest)
    return folded


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
        cut=entry_set_digest(folded.record.entries),
        fold=folded.record.fold,
    )


def row_of(cmd: Command, row: ReviewRow, folded: Folded, visit_id: UUID) -> ReviewRow:
    """The same decision of a visit that is one with the decided one, as far as its own entries were seen."""
    if visit_id == row.visit:
        return row
    return replace(row, id=cmd.new_id(), visit=visit_id, through=folded.reached[visit_id])
