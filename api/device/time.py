"""The server's signed time."""

from litestar import Router, get

from api.commands import AnyRequest, command
from api.permits import Action
from api.process import process_of
from mobile_contract.anchor import TimeAnswer
from sync.tell_time import tell_time


@get("/time", opt={"action": Action.TIME_READ})
async def read_time(request: AnyRequest) -> TimeAnswer:
    """A signed time anchor: id, server time, history. A tablet keeps it beside its own clocks."""
    return TimeAnswer(signed=await tell_time(command(request), keys=process_of(request).keys))


router = Router("/v1", route_handlers=[read_time], tags=["device: time"])
