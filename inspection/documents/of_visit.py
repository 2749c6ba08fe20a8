"""The views of the papers that come before a visit: approval and notice."""

from dataclasses import dataclass
from datetime import datetime
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
from inspection.visits.notices.steps import ServedNotice, served_together


@dataclass(frozen=True, slots=True)
class KnownNotice:
    """What a notice is written from, in whatever language. `issued`: its day of issue, the unsealing while it has none;
    `before`: how many visits that count came before it, None where the rule-set states no cap.
    """

    visit: KnownVisit
    served: ServedNotice
    issued: datetime
    before: int | None


async def known_notice(visit_id: UUID, around: Around | None = None) -> KnownNotice:
    """Everything that the notice of a visit names. `around`: what notices printed at one go share.

    Raises:
        NotFound, Refused, Conflict: as `known`.
    """
    told = await known(visit_id, around)
    served = await served_together(told.going.joined)
    issued = notice_issued(served) or told.unsealed_at
    before = None
    if told.rules.visit_cap.maximum is not None:
        before = await visits_before(told.going.joined, told.object.id, told.rules, local_day(issued))
    return KnownNotice(told, served, issued, before)


async def notice_view(
    visit_id: UUID, *, lang: str, link: Link | None = None, around: Around | None = None
) -> NoticeView:
    """抽查告知书 with its number and the day it was issued on; before it has one (`notice_number`), as it would be.
    `around`: what notices printed at one go share.

    Raises:
        NotFound, Refused, Conflict: as `known`.
    """
    return notice_of(await known_notice(visit_id, around), lang, link)


def notice_of(notice: KnownNotice, lang: str, link: Link | None = None) -> NoticeView:
    """The same from what is known already."""
    told, words, wording = notice.visit, Words("documents.notice.", lang), notice.visit.rules.notice.text
    return NoticeView(
        authority=told.authority.name,
        number=notice.served.number or "",
        party=told.party(),
        ground=told.ground(words),
        items=told.item_lines(),
        methods=told.methods(words),
        opens=told.visit.starts_on,
        closes=told.visit.ends_on,
        materials=told.materials,
        officers=told.officers(),
        assistants=told.assistants_at(notice.issued),
        frequency=_frequency(notice, words),
        text=wording.zh if lang == "zh_CN" else wording.en,
        contact=told.contact(),
        at=notice.issued,
        link=link,
        advance_reason=notice.served.advance_reason,
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


def _frequency(notice: KnownNotice, words: Words) -> str:
    """How often this party may be inspected, and how often it was before the notice was issued."""
    cap = notice.visit.rules.visit_cap
    if cap.maximum is None or notice.before is None:
        return words("no_cap")
    period = text(f"policy.word.cap_period_{cap.period.value}", words.lang)
    return words("cap", most=cap.maximum, period=period, used=notice.before, article=cap.article)
