"""One page of clocks: what is due, what is late, and whose it is."""

from typing import Annotated

from litestar import Router, get
from litestar.params import QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.clocks import Clocks, running_clocks

Within = Annotated[int | None, QueryParameter(ge=0, le=3_660, description="only what is due in so many days, or late")]


@get("/clocks", opt={"action": Action.DUE_READ})
async def read_clocks(request: AnyRequest, within: Within = None) -> Clocks:
    """Every clock that runs for this authority today."""
    return await running_clocks(authority_of(request), local_day(command(request).now), within=within)


router = Router("/office", route_handlers=[read_clocks], tags=["office: oversight"])
