"""Where an authority's published results are sent."""

from typing import Annotated

from litestar import Router, delete, get, put
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from api.process import process_of
from inspection.publicity.channels import store
from inspection.publicity.channels.rules import ChannelKind
from inspection.publicity.channels.set_channel import retire_channel, set_channel
from inspection.publicity.channels.store import ChannelRow
from mobile_contract.base import Wire


class Receiver(Wire):
    """A receiver in use. `code`: what the authority calls it."""

    code: str
    kind: ChannelKind
    address: str


class ReceiverAsked(Wire):
    """A receiver to be used from now on. `all_so_far`: send what is published already, too."""

    kind: ChannelKind
    address: Annotated[str, Field(min_length=1, max_length=2_000)]
    all_so_far: bool = False


class ReceiverSet(Receiver):
    """`secret`: the key (hex) of the signature header, told once; `waiting`: versions that are sent now."""

    secret: str
    waiting: int


@get("/channels", opt={"action": Action.DELIVERY_READ})
async def read_channels(request: AnyRequest) -> tuple[Receiver, ...]:
    """The receivers in use, by code."""
    rows = await store.channels(authority_of(request))
    return tuple(map(_view, rows))


@put("/channels/{code:str}", opt={"action": Action.CHANNEL_KEEP}, status_code=200)
async def keep_channel(request: AnyRequest, code: FromPath[str], data: JSONBody[ReceiverAsked]) -> ReceiverSet:
    """Use a receiver; one of this code that is in use is replaced, and the new one has a secret of its own."""
    cmd, keys = command(request), process_of(request).keys
    done = await set_channel(cmd, authority=authority_of(request), code=code, keys=keys, **data.model_dump())
    said = _view(done.channel).model_dump()
    return ReceiverSet(**said, secret=done.secret.hex(), waiting=done.waiting)


@delete("/channels/{code:str}", opt={"action": Action.CHANNEL_KEEP})
async def drop_channel(request: AnyRequest, code: FromPath[str]) -> None:
    """Send nothing more to a receiver."""
    await retire_channel(command(request), authority=authority_of(request), code=code)


def _view(row: ChannelRow) -> Receiver:
    return Receiver(code=row.code, kind=row.kind, address=row.address)


router = Router("/office", route_handlers=[read_channels, keep_channel, drop_channel], tags=["office: publications"])
