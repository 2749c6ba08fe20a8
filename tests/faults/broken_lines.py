"""Lines that break at byte positions, dawdle and stand still, under load."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.faults.line import KINDS, Line, trouble_of
from tests.faults.world import World


@asynccontextmanager
async def broken_lines(world: World, *, at_least: int) -> AsyncIterator[Line]:
    """All tablets behind one bad line until each kind of trouble came `at_least` so often;
    the block has it whole again."""
    line = Line(lambda: ("127.0.0.1", world.installation.port), lambda: trouble_of(world.random))
    async with line.open():
        for tablet in world.fleet.tablets:
            tablet.address = lambda: f"http://127.0.0.1:{line.port}"
        async with world.fleet as fleet:
            while min(line.happened[kind] for kind in KINDS) < at_least:
                await fleet.progress()
                await world.check()
        line.trouble = Line.trouble
        yield line
