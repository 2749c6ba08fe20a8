"""The list of visits, by state, item and day."""

from typing import Annotated, Any, Final

from litestar import Response, get
from litestar.params import FromQuery, QueryParameter

from api.commands import AnyRequest, authority_of
from api.desk.answers import desk_page
from api.desk.review.heads import chosen, day_chosen, id_chosen
from api.permits import Action
from inspection.registry import find as registry
from inspection.visits.found import WantedVisits, found_visits
from inspection.visits.states import VisitState

PAGE: Final = 50
# The framework keeps the argument name `state` for itself.
StateTold = Annotated[str, QueryParameter(name="state")]


@get("/desk/visits", opt={"action": Action.VISIT_READ})
async def read_visits(
    request: AnyRequest,
    standing: StateTold = "",
    item: FromQuery[str] = "",
    on: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """A page of visits, the newest first; a sealed one does not say whom it is about."""
    authority = authority_of(request)
    wanted = WantedVisits(chosen(VisitState, standing), id_chosen(item), day_chosen(on))
    page = await found_visits(authority, wanted, after=after or None, limit=PAGE)
    items = sorted(((one.id, one.name) for one in await registry.items(authority)), key=lambda one: one[1])
    asked = {"state": standing or None, "item": item or None, "on": on or None}
    facts: dict[str, Any] = {
        "page": page,
        "wanted": wanted,
        "items": items,
        "states": tuple(VisitState),
        "query": asked,
    }
    return desk_page(request, "desk_review/visits.html", after=after, **facts)


HANDLERS: Final = (read_visits,)
