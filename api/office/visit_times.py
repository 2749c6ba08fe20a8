"""When the entries of a visit were made, seen from the office."""

from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath

from api.commands import AnyRequest
from api.office.visits import my_visit
from api.permits import Action
from api.process import process_of
from sync.log.visit_times import VisitTimes, visit_times


@get("/visits/{visit_id:uuid}/times", opt={"action": Action.VISIT_READ})
async def read_times(request: AnyRequest, visit_id: FromPath[UUID]) -> VisitTimes:
    """For each entry the proven interval, the best estimate and what is odd about the clocks; who was there with whom.

    It is evidence beside the record: nothing of it counts, orders or decides anything.
    """
    visit = await my_visit(request, visit_id)
    return await visit_times(process_of(request).keys, visit.id)


router = Router("/office", route_handlers=[read_times], tags=["office: visits"])
