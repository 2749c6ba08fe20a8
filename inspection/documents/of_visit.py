"""The views of the papers that come before a visit: approval and notice."""

from datetime import date
from uuid import UUID

from inspection.documents.issued import notice_issued
from inspection.documents.known import Around, KnownVisit, known
from inspection.documents.known_record import person
from inspection.documents.views import ApprovalView, Link, NoticeView, Opinion
from inspection.documents.words import Words
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.planning.facts import TaskFacts
from inspection.policy.terms import TaskKind
from inspection.visits.ledger.questions import visits_before
from inspection.visits.notices.steps import served_notice


async def notice_view(
    visit_id: UUID, *, lang: str, link: Link | None = None, around: Around | None = None
) -> NoticeView:
    """抽查告知书 with its number and the day it was issued on; before it has one (`notice_number`), as it would be.
    `around`: what notices printed at one go share.

    Raises:
        NotFound, Refused, Conflict: as `known`.
    """
    told, words, served = await known(visit_id, around), Words("documents.notice.", lang), await served_notice(visit_id)
    wording = told.rules.notice.text
    issued = notice_issued(served) or told.unsealed_at
    return NoticeView(
        authority=told.authority.name,
        number=served.number or "",
        party=told.party(),
        ground=told.ground(words),
        items=told.item_lines(),
        methods=told.methods(words),
        opens=told.visit.starts_on,
        closes=told.visit.ends_on,
        materials=told.card.materials,
        officers=told.officers(),
        assistants=told.assistants_at(issued),
        frequency=await _frequency(told, words, local_day(issued)),
        text=wording.zh if lang == "zh_CN" else wording.en,
        contact=told.contact(),
        at=issued,
        link=link,
        advance_reason=served.advance_reason,
    )


async def approval_view(visit_id: UUID, *, lang: str) -> ApprovalView:
    """行政检查审批表: who preset the task and who approved it, as the task was when the visit was made."""
    told, words = await known(visit_id), Words("documents.approval.", lang)
    first = told.tasks[0]
    return ApprovalView(
        authority=told.authority.name,
        number="",
        party=told.party(),
        ground=told.ground(words),
        items=told.item_lines(),
        methods=told.methods(words),
        opens=told.visit.starts_on,
        closes=told.visit.ends_on,
        officers=told.officers(),
        asked=Opinion(words("preset"), await person(first.preset_by), local_day(first.preset_at)),
        reviewed=None,
        approved=await _approval(first, words),
        emergency=(first.reason or "") if first.kind is TaskKind.EMERGENCY else "",
        at=first.reviewed_at or first.preset_at,
    )


async def _approval(task: TaskFacts, words: Words) -> Opinion | None:
    if task.reviewed_by is None or task.reviewed_at is None:
        return None
    return Opinion(task.remarks or words("agreed"), await person(task.reviewed_by), local_day(task.reviewed_at))


async def _frequency(told: KnownVisit, words: Words, day: date) -> str:
    """How often this party may be inspected, and how often it was before `day`."""
    cap = told.rules.visit_cap
    if cap.maximum is None:
        return words("no_cap")
    used = await visits_before(told.joined, told.object.id, told.rules, day)
    period = text(f"policy.word.cap_period_{cap.period.value}", words.lang)
    return words("cap", most=cap.maximum, period=period, used=used, article=cap.article)
