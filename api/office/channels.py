"""Where an authority's published results are sent."""

from typing import Annotated

from litestar import Router, delete, get, post, put
from litestar.params import FromPath, JSONBody
from pydantic import AwareDatetime, Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from api.process import process_of
from inspection.publicity.channels import store
from inspection.publicity.channels.deliver import Postman
from inspection.publicity.channels.events import EventName
from inspection.publicity.channels.reach import reach_of
from inspection.publicity.channels.rules import ChannelKind
from inspection.publicity.channels.set_channel import retire_channel, set_channel, turn_secret
from inspection.publicity.channels.store import ChannelRow
from inspection.publicity.channels.tell import tell_again
from inspection.publicity.channels.try_channel import try_channel
from mobile_contract.base import Wire


class Receiver(Wire):
    """A receiver in use. `code`: what the authority calls it; `events`: what a receiver of events is told of."""

    code: str
    kind: ChannelKind
    address: str
    events: tuple[EventName, ...] = ()


class ReceiverAsked(Wire):
    """A receiver to be used from now on. `all_so_far`: send what is published already, too; `events`: of a receiver of
    events what it is told of, everything when nothing is named.
    """

    kind: ChannelKind
    address: Annotated[str, Field(min_length=1, max_length=2_000)]
    all_so_far: bool = False
    events: Annotated[tuple[EventName, ...], Field(max_length=len(EventName))] = ()


class ReceiverSet(Receiver):
    """`secret`: the key (hex) of the signature header, told once; `waiting`: versions that are sent now."""

    secret: str
    waiting: int


class SecretTurned(Wire):
    """`secret`: the new key (hex), told once; for 24 hours a parcel bears a signature by the earlier one besides."""

    secret: str


class Tried(Wire):
    """`status`: what the receiver answered; null: it could not be reached, and `error` says why."""

    status: int | None
    error: str


class ReplayAsked(Wire):
    """From which instant on everything is told again."""

    since: AwareDatetime


class Replayed(Wire):
    """How many events wait to be sent again."""

    events: int


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
    return Receiver(code=row.code, kind=row.kind, address=row.address, events=tuple(sorted(row.events)))


@post("/channels/{code:str}/test", opt={"action": Action.CHANNEL_KEEP}, status_code=200)
async def test_channel(request: AnyRequest, code: FromPath[str]) -> Tried:
    """Send a receiver something that is no result and no event, signed as they are, and tell what it answered."""
    answer = await try_channel(command(request), postman_of(request), authority=authority_of(request), code=code)
    return Tried(status=answer.status, error=answer.error)


@post("/channels/{code:str}/secret", opt={"action": Action.CHANNEL_KEEP}, status_code=200)
async def renew_secret(request: AnyRequest, code: FromPath[str]) -> SecretTurned:
    """Give a receiver a new secret; the earlier one signs besides for a day."""
    cmd, keys = command(request), process_of(request).keys
    done = await turn_secret(cmd, authority=authority_of(request), code=code, keys=keys)
    return SecretTurned(secret=done.secret.hex())


@post("/channels/{code:str}/replay", opt={"action": Action.CHANNEL_KEEP}, status_code=200)
async def replay_channel(request: AnyRequest, code: FromPath[str], data: JSONBody[ReplayAsked]) -> Replayed:
    """Tell a receiver of events again what happened since an instant; each event bears the id it had."""
    told = await tell_again(command(request), authority=authority_of(request), code=code, since=data.since)
    return Replayed(events=told)


def postman_of(request: AnyRequest) -> Postman:
    """What sending needs, of this process."""
    process = process_of(request)
    reach = reach_of(process.settings.private_receivers)
    return Postman(process.keys, process.settings.address, reach=reach)


router = Router(
    "/office",
    route_handlers=[read_channels, keep_channel, drop_channel, test_channel, renew_secret, replay_channel],
    tags=["office: publications"],
)
