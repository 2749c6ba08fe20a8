"""The views of the papers that come before a visit: approval and notice."""

from datetime import date, datetime
from uuid import UUID

from inspection.documents.known import KnownVisit, known
from inspection.documents.known_record import person
from inspection.documents.views import ApprovalView, Link, NoticeView, Opinion
from inspection.documents.words import Words
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.planning.facts import TaskFacts
from inspection.policy.terms import TaskKind
from inspection.visits.ledger.questions import ledger


async def notice_view(
    visit_id: UUID, *, at: datetime, lang: str, number: str = "", link: Link | None = None, advance_reason: str = ""
) -> NoticeView:
    """抽查告知书 as of `at`. `number`: reserved for it; `advance_reason`: why it is served before the visit."""
    told, words = await known(visit_id), Words("documents.notice.", lang)
    wording = told.rules.notice.text
    return NoticeView(
        authority=told.authority.name,
        number=number,
        party=told.party(),
        ground=told.ground(words),
        items=told.item_lines(),
        methods=told.methods(words),
        opens=told.visit.starts_on,
        closes=told.visit.ends_on,
        materials=(),
        officers=told.officers(),
        assistants=0,
        frequency=await _frequency(told, words, local_day(at)),
        text=wording.zh if lang == "zh_CN" else wording.en,
        contact=told.contact(),
        at=at,
        link=link,
        advance_reason=advance_reason,
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
    """How often this party may be inspected, and how often it was: without a word of visits that are still secret."""
    cap = told.rules.visit_cap
    if cap.maximum is None:
        return words("no_cap")
    counted = await ledger(told.object.id, told.rules, day, day)
    period = text(f"policy.word.cap_period_{cap.period.value}", words.lang)
    return words("cap", most=cap.maximum, period=period, used=counted.used, article=cap.article)
