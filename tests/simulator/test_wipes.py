"""A tablet that shall erase itself: what the server had once and lost by a restore is handed in again first."""

from random import Random

from inspection.kernel.command import Command
from sync.devices.wipe import order_wipe
from tests.simulator.install import simulated
from tests.simulator.run import finish
from tests.simulator.server import MemoryServer
from tests.simulator.trace import trace_of
from tests.simulator.upkeep import obeying
from tests.simulator.world import World
from tests.simulator.writing import write


async def _wiped_after_a_restore() -> tuple[set[str], frozenset[str]]:
    """What the tablet had written, and what of it the server has once the tablet is empty."""
    world = World(trace_of(1, length=0), MemoryServer())
    await world.found()
    tablet, random = world.tablets[1], Random(1)
    cmd: Command = world.command("wipe")
    await order_wipe(cmd, device_id=tablet.id, authority_id=world.founding.authority.id, also_unsent=False)
    before, facts = await world.server.back_up(), world.facts()
    while len(tablet.store.all_hashes()) < 5:
        write(world, tablet, random)
    written = tablet.store.all_hashes()
    async with world.session(tablet) as session:
        assert await session.push() == len(written)
        await world.server.restore(before)
        world.go_back(facts)
        assert not await world.server.committed(frozenset(written))
        await obeying(world, tablet, session)
    assert tablet.wiped
    assert not tablet.store.all_hashes()
    return written, await world.server.committed(frozenset(written))


def test_a_tablet_erases_nothing_of_which_a_restored_server_has_no_copy():
    with simulated():
        written, kept = finish(_wiped_after_a_restore())
    assert kept == written
