"""The view of the notice of the result."""

from datetime import datetime
from uuid import UUID

from inspection.documents.found import findings, follow_up
from inspection.documents.known_record import Draw, known_record
from inspection.documents.views import Link, ResultView
from inspection.documents.words import Words
from inspection.kernel.errors import Conflict
from inspection.publicity import store as publicity
from mobile_contract.problems import ProblemCode


async def result_view(visit_id: UUID, *, at: datetime, lang: str, draw: Draw, link: Link | None = None) -> ResultView:
    """检查结果告知书, once the record is approved.

    Raises:
        Conflict: no result is formed yet; or as `known`.
    """
    told, words = await known_record(visit_id, draw), Words("documents.result.", lang)
    day = told.inspected_on
    if day is None:
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
        rectify_by=None,
        publish_by=max(due, default=None),
        object_days=told.visit.rules.objection.working_days,
        contact=told.visit.contact(),
        at=at,
        link=link,
    )
