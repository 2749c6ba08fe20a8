"""The notice of a visit, seen from the office: its number, its steps, and serving it (送达)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, command
from api.office.visits import my_visit
from api.permits import Action
from inspection.visits.entries.late import ReasonShown
from inspection.visits.notices.read import flag_in_words, read_notice
from inspection.visits.notices.serve import serve_notice
from inspection.visits.notices.store import Step, StepRow
from mobile_contract.base import Wire
from mobile_contract.notices import ServedHow

OK: Final = 200


class ServeNotice(Wire):
    """How the office served the notice, and who took it (name and function). `reason`: why before the visit."""

    how: ServedHow
    receiver: Annotated[str, Field(max_length=120)] = ""
    reason: Annotated[str, Field(max_length=2000)] = ""


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step. `by`: account, inspector, or the party's door; `claimed`: the tablet's clock; `entry`: what says it;
    `flags`: what is wrong with it, in words.
    """

    step: Step
    how: str | None
    number: str | None
    receiver: str | None
    reason: str | None
    doc: str | None
    by: str
    at: datetime
    claimed: datetime | None
    entry: str | None
    flags: Sequence[ReasonShown]


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A visit's notice. `number` is `null` before one was taken: when it is printed or served."""

    visit: UUID
    number: str | None
    steps: Sequence[StepShown]


@get("/visits/{visit_id:uuid}/notice", opt={"action": Action.NOTICE_READ})
async def read(request: AnyRequest, visit_id: FromPath[UUID]) -> NoticeShown:
    """The number of the visit's notice and what became of it, the oldest step first. Reading takes no number."""
    visit = await my_visit(request, visit_id)
    return await notice_shown(visit.id)


@post("/visits/{visit_id:uuid}/notice", opt={"action": Action.NOTICE_SERVE}, status_code=OK)
async def serve(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[ServeNotice]) -> NoticeShown:
    """Serve the notice at the office. Before anybody has arrived only where the rule-set allows it, or allows it as an
    exception with a `reason`, which is printed on the notice: otherwise 409 `notice-too-early`.
    """
    cmd = command(request)
    await serve_notice(cmd, visit_id=visit_id, how=data.how, receiver=data.receiver, reason=data.reason)
    return await notice_shown(visit_id)


async def notice_shown(visit: UUID) -> NoticeShown:
    """The notice of a visit as it stands."""
    told = await read_notice(visit)
    return NoticeShown(visit, told.number, tuple(_step(one) for one in told.steps))


def _step(row: StepRow) -> StepShown:
    return StepShown(
        step=row.step,
        how=row.how,
        number=row.number,
        receiver=row.receiver,
        reason=row.reason,
        doc=row.doc,
        by=row.by,
        at=row.at,
        claimed=row.claimed,
        entry=row.entry,
        flags=[flag_in_words(flag) for flag in row.flags],
    )


router = Router("/office", route_handlers=[read, serve], tags=["office: visits"])
