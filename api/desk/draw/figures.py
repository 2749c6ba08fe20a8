"""`/desk/draws/monitoring`: 摇号监测, the draws of this authority over time, and whom recusals keep favouring."""

from uuid import UUID

from litestar import Response, get

from api.commands import AnyRequest, authority_of
from api.desk.answers import desk_page
from api.permits import Action
from inspection.draw.changes.watch import recusals_of
from inspection.draw.told.monitoring import monitor
from inspection.draw.told.store_monitoring import past_draws
from inspection.registry.find import named_people


@get("/desk/draws/monitoring", opt={"action": Action.DRAW_READ})
async def read_figures(request: AnyRequest) -> Response[bytes]:
    """Voids, replaced objects, changed and designated inspectors, drawn against expected, by quarter; what is odd."""
    own = authority_of(request)
    told, found = monitor(await past_draws(own)), await recusals_of(own)
    people = await named_people({UUID(one) for pair in found.pairs for one in pair})
    pairs = [
        (people.get(UUID(one), ("?", None))[0], people.get(UUID(two), ("?", None))[0], count)
        for (one, two), count in sorted(found.pairs.items())
    ]
    return desk_page(request, "desk_draw/monitoring.html", told=told, pairs=pairs, returns=len(found.returns))


HANDLERS = (read_figures,)
