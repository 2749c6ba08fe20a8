"""I13 and I14: whatever changes between which pages, a drained replica is what stands in the feed, entry by entry."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.client import Device
from mobile_contract.pull import PullAnswer, RemoveReason
from sync.pull import feeds, page
from tests.sync.test_cases_cursors import agree, pull
from tests.sync.test_pull import snapshot
from tests.sync.world import NOW, World, note


class Storm:
    """A tablet, its partner, and what may happen between two pages."""

    def __init__(self, world: World, tablet: Device, partner: Device, random: Random) -> None:
        self.world, self.tablet, self.partner, self.random = world, tablet, partner, random
        self.visits = [world.visit]
        self.late: list[PullAnswer] = []
        self.saved: tuple[bytes, str | None] | None = None

    def instant(self) -> datetime:
        """The clocks of servers differ, and are set back: no pull may take that for a restore."""
        return NOW + timedelta(milliseconds=self.random.randint(-10_000_000, 10_000_000))

    async def something(self) -> None:
        """One change, or one mishap of the tablet."""
        await self.random.choice(
            [
                *(self.write, self.write, self.write, self.give, self.take, self.tell),
                *(self.stale, self.save, self.restore, self.snapshot),
            ]
        )()

    async def write(self) -> None:
        """The partner records a few things."""
        visit = self.random.choice(self.visits)
        count = self.random.randint(1, 4)
        await self.world.push(self.partner, *[note(self.partner, visit, "x" * 40) for _ in range(count)])

    async def give(self) -> None:
        """A visit is given to the tablet, a new one or one it had."""
        visit = self.random.choice(self.visits)
        if len(self.visits) < 4:
            visit = await self.world.add_visit()
            self.visits.append(visit)
        async with unit_of_work():
            await feeds.give([self.tablet.id], visit, self.instant())

    async def take(self) -> None:
        """A visit leaves the tablet."""
        async with unit_of_work():
            await feeds.take([self.tablet.id], self.random.choice(self.visits), RemoveReason.CLOSED, self.instant())

    async def tell(self) -> None:
        """A card changes."""
        async with unit_of_work():
            await feeds.tell_cards([self.random.choice(self.visits)], self.instant())

    async def stale(self) -> None:
        """An answer to an earlier pull arrives: it is the next page, or it changes nothing."""
        if self.late:
            answer, before = self.random.choice(self.late), self.tablet.cursor
            assert self.tablet.apply(answer) == (answer.from_ == before)

    async def snapshot(self) -> None:
        """The tablet rebuilds what it reads."""
        pages = [await snapshot(self.world, self.tablet)]
        while (following := pages[-1].next) is not None:
            pages.append(await snapshot(self.world, self.tablet, following))
        self.tablet.apply_snapshot(pages)

    async def save(self) -> None:
        """The tablet's file is copied."""
        self.saved = (self.tablet.store._db.serialize(), None)

    async def restore(self) -> None:
        """The tablet goes back to the copy."""
        if self.saved is not None:
            self.tablet.store._db.deserialize(self.saved[0])
            self.saved = None

    async def page(self) -> bool:
        """Pull one page; whether there is more. Sometimes the answer is lost, or the tablet dies before it keeps it."""
        answer = await pull(self.world, self.tablet, self.tablet.cursor, limit=self.random.randint(1, 3))
        self.late.append(answer)
        if self.random.random() < 0.3:
            return True
        assert self.tablet.apply(answer)
        assert not self.tablet.replica.needs_snapshot
        return answer.more


@pytest.mark.parametrize("seed", range(3))
async def test_a_drained_replica_is_what_stands_in_the_feed(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    random = Random(seed)
    # Room for two entries: every visit of more is cut, and the feed moves while the cursor stands inside.
    monkeypatch.setattr(page, "MAX_PAGE_BYTES", 2_200)
    tablet = await world.tablet(path=tmp_path / "tablet.sqlite3")
    storm = Storm(world, tablet, await world.tablet(1), random)
    for _ in range(4):
        for _ in range(8):
            await storm.something()
            await storm.page()
        for _ in range(400):
            if not await storm.page():
                break
        assert await agree(world, tablet)
        await asyncio.sleep(0)
