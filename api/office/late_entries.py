"""Late and waiting entries, seen from the office: with the reasons in plain words."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.office.visits import my_visit
from api.permits import Action
from inspection.visits.entries.late import LateEntry, late_entries
from inspection.visits.reading import fold_visit
from sync.office.waiting import WaitingVisit, waiting_visits


@get("/visits/{visit_id:uuid}/late-entries", opt={"action": Action.VISIT_READ})
async def read_late(request: AnyRequest, visit_id: FromPath[UUID]) -> Sequence[LateEntry]:
    """Entries of a visit that came late, are flagged or held, with the reasons in words and whether they count.

    What does not count is shown all the same; the leader may admit it by a decision.
    """
    return await late_entries(await fold_visit(await my_visit(request, visit_id)))


@get("/waiting-entries", opt={"action": Action.VISIT_READ})
async def read_waiting(request: AnyRequest) -> Sequence[WaitingVisit]:
    """Visits that nobody here knows and for which entries have waited for more than a day."""
    return await waiting_visits(authority_of(request), command(request).now)


router = Router("/office", route_handlers=[read_late, read_waiting], tags=["office: visits"])
