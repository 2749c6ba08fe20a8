"""The view of the notice of the result."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from inspection.documents.found import findings, follow_up
from inspection.documents.issued import result_issued
from inspection.documents.known_record import Draw, KnownRecord, known_record
from inspection.documents.views import Deadline, Link, ResultView
from inspection.documents.words import Words
from inspection.kernel.errors import Conflict
from inspection.publicity import store as publicity
from mobile_contract.problems import ProblemCode


async def result_view(visit_id: UUID, *, lang: str, draw: Draw, link: Link | None = None) -> ResultView:
    """检查结果告知书, once the record is approved; it bears the day on which the result was formed.

    Raises:
        Conflict: no result is formed yet; or as `known`.
    """
    return await result_of(await known_record(visit_id, draw), lang, link)


async def result_of(told: KnownRecord, lang: str, link: Link | None = None) -> ResultView:
    """The same from what is known already; raises as `result_view`."""
    words, visit_id = Words("documents.result.", lang), told.visit.visit.id
    day, issued = told.inspected_on, result_issued(told.outcomes.values())
    if day is None or issued is None:
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "documents.no_result", visit=str(visit_id))
    due = [row.due_on for row in await publicity.waiting(visit=visit_id) if row.due_on is not None]
    return ResultView(
        authority=told.visit.authority.name,
        number="",
        party=told.visit.party(),
        ground=told.visit.ground(words),
        inspected_on=day,
        findings=findings(told, words),
        follow_up=follow_up(told, words),
        rectify=_deadlines(told),
        publish_by=max(due, default=None),
        object_days=told.visit.rules.objection.working_days,
        contact=told.visit.contact(),
        at=issued,
        link=link,
    )


def _deadlines(told: KnownRecord) -> tuple[Deadline, ...]:
    """By when what is to be put right, the first day first; several items of one day together."""
    found: dict[date, list[str]] = defaultdict(list)
    for outcome in told.outcomes.values():
        if outcome.rectify_by is not None:
            found[outcome.rectify_by].append(told.visit.items[outcome.item].name)
    return tuple(Deadline(tuple(sorted(items)), day) for day, items in sorted(found.items()))
