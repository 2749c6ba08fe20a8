"""The view of the record form."""

from uuid import UUID

from inspection.documents.found import answers, evidence, findings, follow_up
from inspection.documents.known_record import Draw, KnownRecord, known_record, person
from inspection.documents.told_times import Times, first_of, last_of
from inspection.documents.views import Opinion, RecordView
from inspection.documents.words import Words
from inspection.kernel.calendar.rules import local_day
from inspection.publicity import store as publicity
from inspection.visits.follow_up.read import conclusions_behind
from inspection.visits.record.model import RefusalRecord, RefusalState
from inspection.visits.review import store as store_reviews
from inspection.visits.rows import ReviewRow
from mobile_contract.entries import RefusedThing, SignerRole


async def record_view(visit_id: UUID, *, lang: str, draw: Draw, times: Times) -> RecordView:
    """检查记录表 as the record was approved, or as it stands. `times`: as of `known_record`."""
    return await record_of(await known_record(visit_id, draw, times), lang)


async def record_of(told: KnownRecord, lang: str) -> RecordView:
    """The same from what is known already."""
    words, record, visit = Words("documents.record.", lang), told.record, told.visit
    approval = await store_reviews.approval(visit.visit.id)
    return RecordView(
        authority=visit.authority.name,
        number="",
        party=visit.party(),
        ground=visit.ground(words),
        findings=findings(told, words),
        methods=(*visit.methods(words), *await _assisted(told, words)),
        follow_up=follow_up(told, words),
        arrived=first_of(told.told(stay.arrived) for stay in record.stays if stay.counted and stay.arrived),
        left=last_of(told.told(stay.left) for stay in record.stays if stay.counted and stay.left),
        answers=answers(told, words),
        notes=tuple(note.text for note in record.notes if note.counted),
        evidence=evidence(record, words),
        party_opinion="",
        party_signed=told.signed(SignerRole.REPRESENTATIVE),
        not_signed="；".join(_unsigned(one, words) for one in record.refusals if _stands_for_signature(one)),
        officers=told.signed(SignerRole.INSPECTOR),
        leader=_review(approval, words),
        publication=await _publication(visit.visit.id, words),
        digest=told.folded.digest,
        at=approval.at if approval is not None else told.known_at,
    )


async def _assisted(told: KnownRecord, words: Words) -> tuple[str, ...]:
    """核查方式 6 委托专业机构辅助: whose conclusions the result rests on, each once."""
    behind = await conclusions_behind([row.id for row in told.outcomes.values()])
    named = dict.fromkeys((one.institution, one.number) for one in behind)
    return tuple(words("assisted", institution=institution, number=number) for institution, number in named)


def _review(approval: ReviewRow | None, words: Words) -> Opinion | None:
    if approval is None:
        return None
    return Opinion(approval.remarks or words.shared("agreed"), approval.by_name, local_day(approval.at))


def _stands_for_signature(one: RefusalRecord) -> bool:
    return one.what == RefusedThing.SIGNATURE and one.standing is RefusalState.STANDS


def _unsigned(one: RefusalRecord, words: Words) -> str:
    return Words("documents.refusal.", words.lang)(f"clause_{one.outcome}", reason=one.text)


async def _publication(visit_id: UUID, words: Words) -> Opinion | None:
    approvals = await publicity.approvals(visit_id)
    if not approvals:
        return None
    by, on = max(approvals, key=lambda one: one[1])
    return Opinion(words.shared("agreed"), await person(by), local_day(on))
