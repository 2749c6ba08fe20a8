"""kill -9, at random instants under load, of whatever an installation consists of."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.faults.check import Checked
from tests.faults.world import World

EARLIEST_S: Final = 0.01
LATEST_S: Final = 0.25
"""How long after everybody has worked again the next kill comes."""
TO_REST: Final = 100
"""After so many kills everything comes to rest once, and all files are read again."""
COLD_EVERY: Final = 25
"""One start in so many is one from the command, as an operator's is; the others are forked from a warm process."""


@dataclass
class Tally:
    """What a number of cycles came to."""

    victims: Counter[str] = field(default_factory=Counter)
    ready_s: dict[str, list[float]] = field(default_factory=dict)
    """By victim: seconds from its death until the server said that it was ready, its start included."""
    cold_s: dict[str, list[float]] = field(default_factory=dict)
    """The same of those starts that begin with the command."""
    spent_s: float = 0.0
    last: Checked | None = None

    @property
    def cycles(self) -> int:
        return self.victims.total()


async def kill_cycles(world: World, cycles: int, *, tally: Tally | None = None) -> Tally:
    """So many times: everybody works, one of the victims dies at a random instant, is started again, everybody has work
    acknowledged again, and every promise ever made is held against the store, under load all the while.
    """
    told = tally or Tally()
    begin = time.monotonic()
    done = 0
    while done < cycles:
        part = min(TO_REST, cycles - done)
        async with world.fleet as fleet:
            await fleet.progress()
            for number in range(done, done + part):
                await one(world, world.installation.victims[number % len(world.installation.victims)], told)
        done += part
        told.last = await world.settle()
    told.spent_s += time.monotonic() - begin
    return told


async def one(world: World, victim: str, tally: Tally) -> None:
    """One cycle."""
    await asyncio.sleep(world.random.uniform(EARLIEST_S, LATEST_S))
    await asyncio.to_thread(world.installation.kill, victim)
    world.installation.cold = cold = tally.cycles % COLD_EVERY == COLD_EVERY - 1
    ready = await world.installation.become_ready()
    tally.victims[victim] += 1
    (tally.cold_s if cold else tally.ready_s).setdefault(victim, []).append(ready)
    await world.fleet.progress()
    tally.last = await world.check()
