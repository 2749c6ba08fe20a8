"""Tablets at work: the reference client on disks that outlive its process, over a line that somebody listens to."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Self
from uuid import UUID

import httpx

from mobile_contract.client import Device, Session
from mobile_contract.client.session import ProblemError
from mobile_contract.client.state import Custody
from tests.faults.founding import Enrolled, Founded
from tests.faults.ledger import Ledger
from tests.faults.waiting import until
from tests.sync.world import CK

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CHUNK = 12_000
ROUNDS = 60
"""Attempts that a tablet has to hand in everything once nothing goes wrong any more."""
MUMBLES = 300
"""Lines that nobody can read, a tablet: what is kept of them ends at a thousand."""
_CHUNKS = (300, 4_000, 20_000, 45_000)
_NOBODYS = UUID("01890000-0000-7000-8000-00000000dead")
"""A visit that the server does not know: entries of it are held."""


class Listening(httpx.AsyncHTTPTransport):
    """A tablet's line; what the server answers is noted before the tablet hears it."""

    def __init__(self, ledger: Ledger, **how: object) -> None:
        super().__init__(**how)  # type: ignore[arg-type]
        self._ledger = ledger

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, and note the whole answer."""
        await request.aread()
        answer = await super().handle_async_request(request)
        try:
            content = await answer.aread()
        finally:
            await answer.aclose()
        heard = httpx.Response(answer.status_code, headers=_plain(answer), content=content, request=request)
        self._ledger.note(request, heard)
        return heard


def _plain(answer: httpx.Response) -> list[tuple[bytes, bytes]]:
    # `content` is unpacked already.
    return [(name, value) for name, value in answer.headers.raw if name.lower() != b"content-encoding"]


@dataclass
class Tablet:
    """One tablet at work. `pace`: seconds it rests between two rounds, at most."""

    enrolled: Enrolled
    address: Callable[[], str]
    ledger: Ledger
    random: Random
    pace: float = 0.02
    timeout: float = 20.0
    pushed: int = 0
    pulled: int = 0
    mumbled: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    device: Device = field(init=False)

    def __post_init__(self) -> None:
        self.device = self.enrolled.open()

    def close(self) -> None:
        """Switch it off."""
        self.device.store.close()

    def die(self) -> None:
        """Its process ends between two steps; its disk stays."""
        self.close()
        self.device = self.enrolled.open()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A connection to the server."""
        transport = Listening(self.ledger, verify=_NO_CERTIFICATES, limits=httpx.Limits(max_connections=2))
        async with httpx.AsyncClient(
            transport=transport, base_url=self.address(), timeout=self.timeout, trust_env=False
        ) as http:
            yield Session(self.device, http)

    async def live(self) -> None:
        """Work until cancelled, whatever the server does."""
        while True:
            try:
                async with self.session() as session:
                    while True:
                        await self.work(session)
                        await asyncio.sleep(self.random.random() * self.pace)
            except (httpx.HTTPError, ProblemError) as trouble:
                self._note(trouble)
                if self.random.random() < 0.2:
                    self.die()
                await asyncio.sleep(0.02 + self.random.random() * 0.08)

    def _note(self, trouble: Exception) -> None:
        told = f"{trouble.status} {trouble.code}" if isinstance(trouble, ProblemError) else type(trouble).__name__
        self.troubles[told] += 1

    async def work(self, session: Session) -> None:
        """A little of everything: statements, a photograph now and then, something nobody can read."""
        chance = self.random.random()
        for _ in range(self.random.randint(1, 4)):
            self._state()
        if chance < 0.15:
            self._photograph()
        elif chance < 0.2:
            self.device.capture("note.add", {"text": "门锁着"}, visit=_NOBODYS)
        elif chance < 0.25 and self.mumbled < MUMBLES:
            self.mumbled += 1
            await self._mumble(session)
        await session.push()
        self.pushed += 1
        await self._upload(session)
        if chance > 0.7:
            await session.pull()
            self.pulled += 1

    def _state(self) -> None:
        visit = self.random.choice(self.enrolled.visits)
        text = "疏散通道畅通" * self.random.randint(1, 12)
        body = {"item": "pc.01", "value": self.random.choice(("yes", "no")), "comment": text, "basis": "seen"}
        self.device.capture("answer.set", body, visit=visit, ck=CK)

    def _photograph(self) -> None:
        content = b"\xff\xd8" + self.random.randbytes(self.random.choice(_CHUNKS))
        self.device.attach(content, "application/octet-stream")

    async def _mumble(self, session: Session) -> None:
        line = b'{"p":"' + self.random.randbytes(12).hex().encode() + b'","b":null}'
        headers = {"Content-Type": "application/x-ndjson"}
        answer = await session._http.post("/v1/sync/push", content=line, headers=headers, auth=session._auth)
        if answer.is_error:
            raise httpx.HTTPStatusError("refused", request=answer.request, response=answer)

    async def _upload(self, session: Session) -> None:
        waiting = self.device.store.incomplete_files()
        if not waiting:
            return
        await session.upload_files(chunk=CHUNK)
        # The client notes a file as complete only after the server said so of its last byte.
        for digest in set(waiting) - set(self.device.store.incomplete_files()):
            self.ledger.note_file(digest)

    async def finish(self) -> None:
        """Hand in everything and hear everything.

        Raises:
            AssertionError: it does not come to an end (I12).
        """
        last: Exception | None = None
        for _ in range(ROUNDS):
            try:
                async with self.session() as session:
                    await session.push()
                    await self._upload(session)
                    await session.pull()
                    if not self.left():
                        return
            except (httpx.HTTPError, ProblemError) as trouble:
                self._note(trouble)
                last = trouble
                await asyncio.sleep(0.1)
        raise AssertionError(f"I12: tablet {self.enrolled.number} still holds {self.left()}; last: {last!r}")

    def left(self) -> int:
        """How much of its own nobody else has."""
        store = self.device.store
        return len(store.entries(Custody.OWN)) + len(store.incomplete_files())


@dataclass
class Fleet:
    """All tablets. A context: inside it they work."""

    tablets: Sequence[Tablet]
    _work: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(cls, founded: Founded, address: Callable[[], str], ledger: Ledger, random: Random, **how: float) -> Fleet:
        """One for every tablet of the founding."""
        made = [Tablet(one, address, ledger, Random(random.getrandbits(64)), **how) for one in founded.tablets]
        return cls(made)

    async def __aenter__(self) -> Self:
        self._work = [asyncio.create_task(one.live()) for one in self.tablets]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._work:
            task.cancel()
        ended = await asyncio.gather(*self._work, return_exceptions=True)
        for one in ended:
            if isinstance(one, Exception):
                raise one

    def check_alive(self) -> None:
        """Raise what ended a tablet's work, if anything did."""
        for task in self._work:
            if task.done() and not task.cancelled():
                task.result()

    async def progress(self, rounds: int = 1, *, pulls: int = 0) -> None:
        """Until every tablet has pushed, and pulled, so many times more (I12)."""
        wanted = [(one, one.pushed + rounds, one.pulled + pulls) for one in self.tablets]

        def done() -> bool:
            self.check_alive()
            return all(one.pushed >= pushed and one.pulled >= pulled for one, pushed, pulled in wanted)

        await until(done)

    async def finish(self) -> None:
        """Everybody hands in and hears everything."""
        await asyncio.gather(*(one.finish() for one in self.tablets))
        # Heard once more: what a neighbour handed in last came after one's own last pull.
        await asyncio.gather(*(one.finish() for one in self.tablets))

    @property
    def troubles(self) -> Counter[str]:
        """What all of them ran into."""
        return sum((one.troubles for one in self.tablets), Counter())

    def close(self) -> None:
        """Switch all of them off."""
        for one in self.tablets:
            one.close()
