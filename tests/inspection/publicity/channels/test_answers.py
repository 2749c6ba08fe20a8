"""Whatever a receiver answers, and however it does, costs us a bounded time and a bounded memory."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from uuid import UUID

import httpx

from inspection.kernel.command import Role
from inspection.publicity.channels.deliver import MOST_ANSWER, Answer, Postman, send_parcel
from inspection.publicity.channels.rules import ChannelKind
from inspection.publicity.channels.shapes import Parcel, content_digest
from inspection.publicity.channels.store import ChannelRow
from tests.conftest import NOW, MakeCommand
from tests.inspection.archive.papers import SERVER

CHANNEL = ChannelRow(UUID(int=1), UUID(int=2), "city", ChannelKind.EVENTS, "https://city.test/in", NOW)


async def sent(make_cmd: MakeCommand, transport: httpx.MockTransport, longest_s: float = 60) -> Answer:
    postman = Postman(SERVER, "https://example.test", transport)
    async with httpx.AsyncClient(transport=postman.way()) as http:
        made = Parcel(b"{}", "application/json", "key")
        return await send_parcel(make_cmd(Role.ADMIN), postman, http, CHANNEL, made, longest_s)


async def test_an_answer_that_is_packed_is_not_unpacked(make_cmd: MakeCommand) -> None:
    packed = gzip.compress(gzip.compress(bytes(50_000_000)))
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        # A stream: what MockTransport is given as bytes it would unpack itself.
        return httpx.Response(200, headers={"Content-Encoding": "gzip, gzip"}, stream=httpx.ByteStream(packed))

    told = await sent(make_cmd, httpx.MockTransport(answer))
    assert (told.status, told.receipt) == (200, content_digest(packed[:MOST_ANSWER]))
    assert asked[0].headers["accept-encoding"] == "identity"


class Silence(httpx.AsyncByteStream):
    """An answer that has begun and never goes on."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"o"
        await asyncio.Event().wait()


async def test_an_answer_that_never_ends_is_waited_for_no_longer_than_a_try_may_take(make_cmd: MakeCommand) -> None:
    told = await sent(make_cmd, httpx.MockTransport(lambda _: httpx.Response(200, stream=Silence())), 0.05)
    assert (told.status, told.error.partition(":")[0]) == (None, "TimeoutError")
