"""摇号监测: the draws of this unit over time, in numbers that everybody may know."""

from litestar import Router, get

from api.commands import AnyRequest, authority_of
from api.permits import Action
from inspection.draw.told.monitoring import Monitoring, monitor
from inspection.draw.told.store_monitoring import past_draws


@get("/draws/monitoring", opt={"action": Action.DRAW_READ})
async def read_monitoring(request: AnyRequest) -> Monitoring:
    """Voids, replaced objects, changed and designated inspectors, drawn against expected, by quarter; what is odd."""
    return monitor(await past_draws(authority_of(request)))


router = Router("/office", route_handlers=[read_monitoring], tags=["office: draws"])
