"""I24: authority is an annotation. Whatever the office does, the same entries are in the store."""

from dataclasses import replace

import pytest

from tests.simulator.install import simulated
from tests.simulator.run import finish, run
from tests.simulator.server import MemoryServer, Picture
from tests.simulator.trace import Act, trace_of
from tests.simulator.world import World

OFFICE = frozenset({Act.REVOKE, Act.REASSIGN, Act.RECUSE, Act.REJOIN, Act.BIND, Act.APPROVE, Act.LINK})


@pytest.mark.parametrize("seed", range(4))
def test_rights_that_come_and_go_never_change_what_is_stored(seed: int):
    trace = trace_of(seed, length=24, only=OFFICE)
    # The same time passes; a tablet's backup that nobody uses stands in the place of what the office does.
    steps = tuple(replace(one, act=Act.BACK_UP_TABLET) if one.act in OFFICE else one for one in trace.steps)
    idle = replace(trace, steps=steps)
    ids = []
    with simulated():
        for one in (trace, idle):
            world, _ = finish(run(one, MemoryServer()))
            picture = finish(_look(world))
            ids.append({entry.id for entry in picture.entries.values()})
    assert ids[0] == ids[1]
    assert ids[0]


async def _look(world: World) -> Picture:
    return await world.server.look()
