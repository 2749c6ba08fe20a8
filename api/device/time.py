"""The server's signed time, and the keys by which it is checked."""

from litestar import Router, get

from api.commands import AnyRequest, command
from api.permits import Action
from api.process import process_of
from mobile_contract.anchor import TimeAnswer
from mobile_contract.keys import KeysAnswer
from sync.tell_time import tell_time


@get("/time", opt={"action": Action.TIME_READ})
async def read_time(request: AnyRequest) -> TimeAnswer:
    """A signed time anchor: id, server time, history. A tablet keeps it beside its own clocks."""
    return TimeAnswer(signed=await tell_time(command(request), keys=process_of(request).keys))


@get("/keys", opt={"action": Action.TIME_READ})
async def read_keys(request: AnyRequest) -> KeysAnswer:
    """The server's public keys, and the statements by which each named the next."""
    return process_of(request).keys.told()


router = Router("/v1", route_handlers=[read_time, read_keys], tags=["device: time"])
