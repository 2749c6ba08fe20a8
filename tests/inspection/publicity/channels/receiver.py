"""A receiver of results on a real socket, as another office runs it: it keeps what is new to it, and fails at will."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum


class Mood(Enum):
    """What it does with a parcel: take it and say so, or fail in one of the ways of the field."""

    TAKE = (200, True)
    AWAY = (503, False)
    PATIENCE = (429, False)
    BROKEN = (500, False)
    REFUSE = (422, False)
    TAKE_AND_FORGET_TO_SAY = (0, True)
    HANG_UP = (0, False)
    TAKE_AND_FAIL = (500, True)


@dataclass
class Came:
    """A request: its headers (lower case) and its body."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`kept`: by idempotency key, in the order in which they were new; `came`: everything; `mood`: by request."""

    mood: Callable[[Came], Mood] = lambda _: Mood.TAKE
    came: list[Came] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    address: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                _, *lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
                one = Came(headers, await reader.readexactly(int(headers["content-length"])))
                status = self._take(one)
                if not status:
                    break
                more = "Retry-After: 120\r\n" if status == 429 else ""
                writer.write(f"HTTP/1.1 {status} X\r\n{more}Content-Length: 2\r\n\r\nok".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _take(self, one: Came) -> int:
        self.came.append(one)
        status, takes = self.mood(one).value
        if takes:
            self.kept.setdefault(one.headers["idempotency-key"], one.body)
        return status


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[Receiver]:
    """The receiver, listening."""
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in"
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()
