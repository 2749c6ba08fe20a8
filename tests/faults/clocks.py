"""The wall clock of the machine that serves jumps: back an hour, ahead a year, and a year back, under load."""

from collections.abc import Sequence
from typing import Final

from tests.faults.installation import WEB, WORKER
from tests.faults.world import World

HOUR_S: Final = 3600
YEAR_S: Final = 365 * 24 * HOUR_S
JUMPS: Final = (-HOUR_S, YEAR_S, 0)
"""Each is how far the clock is off from then on; the last is a jump back of a year."""


async def jump(world: World, seconds: int, *, restart: bool) -> None:
    """Let the clock be off by so much, under running processes or between their death and their next start."""
    installation = world.installation
    if restart:
        for name in (WEB, WORKER):
            if name in installation.running:
                installation.kill(name)
    installation.page.skew(seconds)
    await installation.become_ready()
    await world.fleet.progress()
    await world.check()


async def jumping(world: World, *, restarts: Sequence[bool]) -> None:
    """All the jumps, each between a death and a start or under running processes; receipts of one history never tell an
    earlier time than one before them.
    """
    async with world.fleet as fleet:
        await fleet.progress()
        newest = max(one.received_at for one in world.ledger.receipts.values())
        for seconds, restart in zip(JUMPS, restarts, strict=True):
            known = set(world.ledger.receipts)
            await jump(world, seconds, restart=restart)
            fresh = [one.received_at for id_, one in world.ledger.receipts.items() if id_ not in known]
            # What was on its way when the clock jumped may still tell the time before.
            assert max(fresh) >= newest, "receipts went back in time"
            newest = max(newest, *fresh)
    await world.settle()
