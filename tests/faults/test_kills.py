"""Twenty kills of the thousand that `make bench-faults` makes: every receipt is in the store after each."""

import pytest

from tests.faults.kills import kill_cycles
from tests.faults.stem import Stem
from tests.faults.world import world

CYCLES = {"sqlite": 8, "postgres": 12}


@pytest.mark.parametrize("engine", CYCLES)
async def test_what_was_acknowledged_outlives_kill_9_of_every_part(engine: str, stem: Stem) -> None:
    async with world(engine, stem, seed="kills") as there:
        tally = await kill_cycles(there, CYCLES[engine])
    assert tally.cycles == CYCLES[engine]
    assert set(tally.victims) == set(there.installation.victims)
    assert there.installation.fell == []
    assert tally.last is not None
    assert tally.last.entries >= 2 * CYCLES[engine]
    assert tally.last.files
