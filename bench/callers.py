"""Who asks in the field: tablets, browsers of the public, people at the desk; each from an address of its own."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.push_batches import Tablet
from bench.wire_load import Answer, Channel

ANSWERED_S = 120.0
SAY_WHEN = frozenset({429, 503})


class Failed(Exception):
    """A request that did not end as it should; the text says how, few words and no data."""


@dataclass(slots=True)
class Caller:
    """One connection; its requests go one after the other. `waits`: how often it was told to come again later."""

    channel: Channel
    waits: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        patient: bool = False,
    ) -> Answer:
        """The answer. `patient`: 429 and 503 with Retry-After are obeyed, with some chance added, as tablets do.

        Raises:
            Failed: a status of 400 and more, no answer in time, or a connection that broke.
        """
        async with self._turn:
            self.channel.extra = headers or {}
            while True:
                answer = await self._sent(method, path, body)
                if answer.status < 400:
                    return answer
                again = answer.headers.get("retry-after", "")
                if not (patient and answer.status in SAY_WHEN and again.isdigit()):
                    raise Failed(f"{answer.status} {_code(answer.body)}".strip())
                self.waits += 1
                self.channel.drop()  # the server keeps a silent connection for a minute only
                await asyncio.sleep(int(again) * (1 + random.random() / 2))

    async def _sent(self, method: str, path: str, body: bytes) -> Answer:
        try:
            async with asyncio.timeout(ANSWERED_S):
                return await self.channel.send(method, path, body)
        except TimeoutError:
            self.channel.drop()
            raise Failed("no answer") from None
        except (OSError, EOFError):
            self.channel.drop()
            raise Failed("connection lost") from None
        except BaseException:
            self.channel.drop()
            raise

    async def close(self) -> None:
        """Hang up."""
        self.channel.drop()


def _code(body: bytes) -> str:
    """The problem's code, where the answer is a problem."""
    before, found, after = body[:4000].partition(b'"code":"')
    return after.partition(b'"')[0].decode("latin-1") if found and before.lstrip().startswith(b"{") else ""


def address(number: int) -> str:
    """The loopback address of the caller of this number; the machine itself keeps 127.0.0.1."""
    if not 0 <= number < 1 << 22:
        raise ValueError("there are no so many addresses")
    return f"127.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def tablet_callers(tablets: Sequence[Tablet], port: int) -> list[Caller]:
    """A connection for each tablet."""
    return [Caller(Channel(port, one.key, one.token, source=address(n))) for n, one in enumerate(tablets)]


def strangers(count: int, port: int, *, first: int) -> list[Caller]:
    """Connections of browsers that nobody knows, from `first` on among the addresses."""
    return [Caller(Channel(port, source=address(first + n))) for n in range(count)]
