"""Where published results are sent, and what became of each."""

from datetime import datetime, time
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.desk.admin.bodies import ChannelAsked, ReplayAsked
from api.desk.admin.once import told_once
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.office.channels import postman_of
from api.permits import Action
from api.process import process_of
from inspection.kernel.calendar.rules import BEIJING
from inspection.publicity.channels import store
from inspection.publicity.channels.deliver import ask_again
from inspection.publicity.channels.events import EventName
from inspection.publicity.channels.rules import ChannelKind, DeliveryState
from inspection.publicity.channels.set_channel import retire_channel, set_channel, turn_secret
from inspection.publicity.channels.store_outbox import MOST_COUNTED, Place, count_up_to, outbox
from inspection.publicity.channels.tell import MOST_AGAIN, tell_again
from inspection.publicity.channels.try_channel import try_channel

PATH: Final = "/desk/admin/channels"
SENT: Final = "/desk/admin/deliveries"
SHOWN: Final = 50
State = Annotated[str, QueryParameter(name="state", max_length=20)]
After = Annotated[UUID | None, QueryParameter(name="after")]


@get(PATH, opt={"action": Action.CHANNEL_KEEP})
async def read_channels(request: AnyRequest) -> Response[bytes]:
    """The receivers in use."""
    return await channels_page(request)


@post(PATH, opt={"action": Action.CHANNEL_KEEP})
async def send_channel(request: AnyRequest) -> Response[bytes]:
    """Use a receiver; its secret is shown once."""

    async def do(form: Form) -> Response[bytes]:
        told, keys = filled(form, ChannelAsked), process_of(request).keys
        done = await set_channel(command(request), authority=authority_of(request), keys=keys, **told.model_dump())
        code, waiting = done.channel.code, done.waiting
        return told_once(request, "channel", done.secret.hex(), PATH, code=code, waiting=waiting)

    return await acted(request, do, lambda: channels_page(request))


@post("/desk/admin/channels/{code:str}/try", opt={"action": Action.CHANNEL_KEEP})
async def send_try(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Send a receiver something that is no result."""

    async def do(_: Form) -> Response[bytes]:
        answer = await try_channel(command(request), postman_of(request), authority=authority_of(request), code=code)
        return await channels_page(request, tried=(code, answer))

    return await acted(request, do, lambda: channels_page(request))


@post("/desk/admin/channels/{code:str}/secret", opt={"action": Action.CHANNEL_KEEP})
async def send_secret(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Give a receiver a new secret, which is shown once."""

    async def do(_: Form) -> Response[bytes]:
        cmd, keys = command(request), process_of(request).keys
        done = await turn_secret(cmd, authority=authority_of(request), code=code, keys=keys)
        return told_once(request, "turned", done.secret.hex(), PATH, code=code)

    return await acted(request, do, lambda: channels_page(request))


@post("/desk/admin/channels/{code:str}/replay", opt={"action": Action.CHANNEL_KEEP})
async def send_replay(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Tell a receiver again what happened from a day on."""

    async def do(form: Form) -> str:
        since = datetime.combine(filled(form, ReplayAsked).since, time(), BEIJING)
        await tell_again(command(request), authority=authority_of(request), code=code, since=since)
        return see(PATH, "desk_admin.done_channel_replayed")

    return await acted(request, do, lambda: channels_page(request))


@post("/desk/admin/channels/{code:str}/retire", opt={"action": Action.CHANNEL_KEEP})
async def send_retire(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Send nothing more to a receiver."""

    async def do(_: Form) -> str:
        await retire_channel(command(request), authority=authority_of(request), code=code)
        return see(PATH, "desk_admin.done_channel_retired")

    return await acted(request, do, lambda: channels_page(request))


@get(SENT, opt={"action": Action.DELIVERY_READ})
async def read_deliveries(request: AnyRequest, state_: State = "", after: After = None) -> Response[bytes]:
    """What was sent, the newest first."""
    return await deliveries_page(request, state_, after)


@post("/desk/admin/deliveries/{delivery_id:uuid}/again", opt={"action": Action.DELIVERY_REPEAT})
async def send_again(request: AnyRequest, delivery_id: FromPath[UUID]) -> Response[bytes]:
    """Send again what was given up."""

    async def do(_: Form) -> str:
        done = await ask_again(command(request), authority=authority_of(request), delivery_id=delivery_id)
        told = "superseded" if done.state is DeliveryState.SUPERSEDED else "again"
        return see(SENT, f"desk_admin.done_delivery_{told}")

    return await acted(request, do, lambda: deliveries_page(request, "", None))


async def channels_page(request: AnyRequest, tried: object = None) -> Response[bytes]:
    """The receivers, and the form of a new one. `tried`: code and answer of the one that was just tried."""
    channels = await store.channels(authority_of(request))
    facts: dict[str, Any] = {
        "channels": channels,
        "kinds": tuple(ChannelKind),
        "events": tuple(EventName),
        "tried": tried,
        "most_again": MOST_AGAIN,
    }
    return desk_page(request, "desk_admin/channels.html", **facts)


async def deliveries_page(request: AnyRequest, state: str, after: UUID | None) -> Response[bytes]:
    """A page of the outbox."""
    authority = authority_of(request)
    wanted = DeliveryState(state) if state in set(DeliveryState) else None
    last = await store.deliveries(authority, delivery=after) if after else []
    before = Place(last[0].asked_at, last[0].id) if last else None
    found = await outbox(authority, state=wanted, before=before, limit=SHOWN + 1)
    return desk_page(
        request,
        "desk_admin/deliveries.html",
        deliveries=found[:SHOWN],
        next=found[SHOWN - 1].id if len(found) > SHOWN else None,
        after=after,
        state=wanted,
        states=tuple(DeliveryState),
        waiting=await count_up_to(authority, DeliveryState.WAITING),
        dead=await count_up_to(authority, DeliveryState.DEAD),
        most=MOST_COUNTED,
    )


HANDLERS = [
    read_channels,
    send_channel,
    send_try,
    send_secret,
    send_replay,
    send_retire,
    read_deliveries,
    send_again,
]
