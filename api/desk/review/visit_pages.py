"""The pages of one visit: who goes there and with which papers, when its entries were made, its chain of custody."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, bearer_of, command
from api.desk.answers import desk_page
from api.desk.review.heads import VisitHead, head_of, named_head
from api.dossiers import read_chain
from api.office.doors import DoorKept, kept_door
from api.office.notices import notice_shown
from api.permits import Action, may
from api.printing import papers_of
from api.process import process_of
from inspection.door import store as doors
from inspection.oversight.responsibility import responsibility
from inspection.visits.entries.late import late_entries
from inspection.visits.follow_up.read import open_matters
from inspection.visits.places import spots
from inspection.visits.reading import fold_visit
from mobile_contract.notices import ServedHow
from sync.log.visit_times import visit_times

CUSTODY_PAGE: Final = 100


async def overview(request: AnyRequest, visit_id: UUID) -> Response[bytes]:
    """Team, leader, unsealing, tasks, notice, door and papers. A sealed visit tells its team and window only."""
    head = await head_of(request, visit_id)
    facts: dict[str, Any] = {"head": head, "notice": None, "door": None, "matters": ()}
    facts |= {"papers": papers_of(head.visit.state), "hows": tuple(ServedHow)}
    if not head.sealed:
        facts |= await _around(request, head)
    return desk_page(request, "desk_review/visit.html", **facts)


async def _around(request: AnyRequest, head: VisitHead) -> dict[str, Any]:
    role = bearer_of(request).actor.role
    return {
        "notice": await notice_shown(head.id) if may(role, Action.NOTICE_READ) else None,
        "door": await _door(request, head.id) if may(role, Action.DOOR_KEEP) else None,
        "matters": await open_matters(head.id) if may(role, Action.FOLLOW_UP_READ) else (),
    }


async def _door(request: AnyRequest, visit_id: UUID) -> DoorKept | None:
    row = await doors.door_of(visit_id)
    return kept_door(process_of(request), row) if row is not None else None


@get("/desk/visits/{visit_id:uuid}", opt={"action": Action.VISIT_READ})
async def read_visit(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """One visit."""
    return await overview(request, visit_id)


@get("/desk/visits/{visit_id:uuid}/times", opt={"action": Action.VISIT_READ})
async def read_times(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """When the entries were made, where they say they were, who was there with whom, what came late."""
    head = await named_head(request, visit_id)
    folded = await fold_visit(head.visit)
    times = await visit_times(process_of(request).keys, visit_id)
    facts: dict[str, Any] = {"times": times, "late": await late_entries(folded), "spots": spots(folded.entries)}
    return desk_page(request, "desk_review/times.html", head=head, names=head.names, **facts)


async def custody_page(request: AnyRequest, visit_id: UUID, after: int = 0) -> Response[bytes]:
    """Who did what with the evidence of a visit, hashed anew, with the head in the server's name."""
    head = await named_head(request, visit_id)
    cmd, keys = command(request), process_of(request).keys
    chain = await read_chain(cmd, keys, head.id, after=after, limit=CUSTODY_PAGE)
    last = chain.lines[-1].n if chain.lines and chain.lines[-1].n < chain.length else None
    return desk_page(request, "desk_review/custody.html", head=head, chain=chain, after=after, next=last)


@get("/desk/visits/{visit_id:uuid}/custody", opt={"action": Action.CUSTODY_READ})
async def read_custody(request: AnyRequest, visit_id: FromPath[UUID], after: FromQuery[int] = 0) -> Response[bytes]:
    """The chain of custody."""
    return await custody_page(request, visit_id, max(0, after))


@get("/desk/visits/{visit_id:uuid}/people", opt={"action": Action.VISIT_READ})
async def read_people(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Who answers for what became of it."""
    head = await named_head(request, visit_id)
    return desk_page(request, "desk_review/people.html", head=head, acts=await responsibility(head.id))


HANDLERS: Final = (read_visit, read_times, read_custody, read_people)
