"""A tablet that comes back into reach: a new token, what it wrote, its photographs, what is new for it. It waits where
it is told to, and repeats what got no answer, as the protocol says.
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.callers import Caller, Failed
from bench.mix import NDJSON, SPOKEN, TAKEN, pulled, sent
from bench.outbox import Outbox
from bench.photos import photo
from mobile_contract.media import MAX_ASKED

PACKED = {**NDJSON, "Content-Encoding": "gzip"}
JSON = {"Content-Type": "application/json"}
UNANSWERED = frozenset({"no answer", "connection lost"})
TRIES = 8
LONGEST_PAUSE_S = 30.0
T = TypeVar("T")
Act = Callable[[int, "Returning"], Awaitable[None]]


@dataclass(slots=True)
class Tally:
    """What all tablets together saw. `entries`: (second, entries in custody by then); `repeats`: requests without an
    answer; `errors`: what the protocol does not know; `done`: the second at which each was.
    """

    begin: float = field(default_factory=time.perf_counter)
    entries: list[tuple[float, float]] = field(default_factory=list)
    photos: int = 0
    topics: int = 0
    carried: int = 0
    repeats: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    done: list[float] = field(default_factory=list)

    @property
    def passed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.begin


@dataclass(slots=True)
class Returning:
    """One tablet, and what it has of its feed: `cursor`, `topics`, `entries` of others and its own."""

    caller: Caller
    tally: Tally
    cursor: str | None = None
    topics: int = 0
    entries: int = 0
    receipts: list[bytes] = field(default_factory=list)

    async def renew(self) -> None:
        """A new token for the key."""
        self.caller.channel.token = ""
        answer = await self._again(lambda: self.caller.ask("POST", "/v1/devices/token", patient=True))
        self.caller.channel.token = json.loads(answer.body)["token"]

    async def first_sync(self, visits: int) -> None:
        """What a tablet asks in the morning; all of `visits` cards must come."""
        await self.renew()
        await self._again(lambda: self.caller.ask("GET", "/v1/devices/self", headers=SPOKEN, patient=True))
        await self.pull()
        if self.topics < visits:
            raise Failed("not all of the feed came")

    async def hand_in(self, outbox: Outbox) -> None:
        """Everything that was written, and the photographs that the server does not have yet."""
        for path in outbox.pushes:
            await self._push(path)
        names = {photo(name).digest: name for name in outbox.photos}
        for start in range(0, len(names), MAX_ASKED):
            asked = list(names)[start : start + MAX_ASKED]
            known = await self._known(asked)
            for digest in asked:
                if digest not in known:
                    await self._again(partial(sent, self.caller, names[digest], patient=True))
                self.tally.photos += 1

    async def pull(self) -> int:
        """To the end of its feed; how many topics came."""
        more, before = True, self.topics
        while more:
            self.cursor, page = await self._again(lambda: pulled(self.caller, self.cursor, patient=True))
            self.topics += page.topics
            self.entries += page.entries
            self.tally.topics += page.topics
            self.tally.carried += page.carried
            more = page.more
        return self.topics - before

    async def _push(self, path: Path) -> None:
        body = await asyncio.to_thread(path.read_bytes)
        answer = await self._again(lambda: self.caller.ask("POST", "/v1/sync/push", body, PACKED, patient=True))
        told = answer.body
        lines = told.count(b'{"line":')
        if sum(map(told.count, TAKEN)) != lines:
            self.tally.errors["entries that were not accepted"] += 1
        self.receipts.append(told[told.rindex(b'"receipt":') + len(b'"receipt":') : told.rindex(b',"anchor":')])
        before = self.tally.entries[-1][1] if self.tally.entries else 0.0
        self.tally.entries.append((self.tally.passed, before + lines))

    async def _known(self, digests: list[str]) -> set[str]:
        body = json.dumps({"sha256": digests}).encode()
        answer = await self._again(lambda: self.caller.ask("POST", "/v1/media/have", body, JSON, patient=True))
        return set(json.loads(answer.body)["sha256"])

    async def _again(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer; what got none is repeated with growing pauses, as a tablet does.

        Raises:
            Failed: it was refused, or nobody answered so many times.
        """
        for tried in range(TRIES):
            try:
                return await ask()
            except Failed as why:
                if str(why) not in UNANSWERED:
                    raise
                self.tally.repeats[str(why)] += 1
            await asyncio.sleep(min(LONGEST_PAUSE_S, 2.0**tried) * (0.5 + random.random()))
        raise Failed("nobody answers")


async def all_back(returning: Sequence[Returning], begins: Sequence[float], act: Act) -> None:
    """Each does `act`, beginning so many seconds from now; the tally holds when each was done, and who failed."""

    async def one(place: int) -> None:
        await asyncio.sleep(begins[place])
        tablet = returning[place]
        try:
            await act(place, tablet)
            tablet.tally.done.append(tablet.tally.passed)
        except Failed as why:
            tablet.tally.errors[str(why)] += 1

    await asyncio.gather(*(one(place) for place in range(len(returning))))
