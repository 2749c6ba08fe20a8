"""A tablet that shall erase itself: it hands in first, and wherever its process dies, the office hears of it."""

from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Final

import pytest

from inspection.kernel.command import Command
from sync.devices.wipe import order_wipe
from tests.simulator.install import simulated
from tests.simulator.invariants import check
from tests.simulator.run import finish, run, run_core
from tests.simulator.served import ServedServer
from tests.simulator.server import MemoryServer
from tests.simulator.shrink import CALM
from tests.simulator.tablet import KilledError
from tests.simulator.trace import Act, Trace, trace_of
from tests.simulator.upkeep import obeying
from tests.simulator.world import World
from tests.simulator.writing import write

MOST_STATEMENTS: Final = 200
KILLED: Final = 7806
"""A seed that tells a tablet without entries to erase itself and kills it in the middle of that."""


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


async def _killed_while_it_erases(entries: int, statement: int) -> tuple[bool, bool]:
    """Whether it died at this statement of its store, and whether it had erased itself by then."""
    world = World(trace_of(1, length=0, rates=CALM), MemoryServer())
    await world.found()
    tablet, random = world.tablets[1], Random(1)
    while len(tablet.store.all_hashes()) < entries:
        write(world, tablet, random)
    cmd: Command = world.command("wipe")
    await order_wipe(cmd, device_id=tablet.id, authority_id=world.founding.authority.id, also_unsent=False)
    world.ordered.add(tablet.id)
    tablet.store.kill_before(statement)
    died = True
    with suppress(KilledError):
        async with world.session(tablet) as session:
            await obeying(world, tablet, session)
        died = False
    erased = tablet.wiped
    tablet.restart()
    await world.heal()
    await check(world)
    assert tablet.wiped
    assert not tablet.store.all_hashes()
    return died, erased


@pytest.mark.parametrize("entries", [0, 2])
def test_the_office_hears_of_a_wipe_at_whichever_statement_the_tablet_was_killed(entries: int):
    """A tablet without entries looks empty before it has erased anything: what counts is what it committed."""
    seen = set()
    with simulated():
        for statement in range(1, MOST_STATEMENTS):
            died, erased = finish(_killed_while_it_erases(entries, statement))
            seen.add((died, erased))
            if not died:
                break
    assert seen == {(True, False), (True, True), (False, True)}


def _killed_trace() -> Trace:
    trace = trace_of(KILLED, length=16)
    return replace(trace, steps=tuple(step for step in trace.steps if step.act in {Act.WIPE, Act.KILL}))


def test_a_wipe_that_was_rolled_back_is_obeyed_when_the_tablet_comes_back():
    with simulated():
        world = finish(run_core(_killed_trace()))
    assert (world.report.kills, world.report.wipes) == (1, 1)


async def test_a_wipe_that_was_rolled_back_is_obeyed_through_http(served: ServedServer):
    world, _ = await run(_killed_trace(), served)
    assert (world.report.kills, world.report.wipes) == (1, 1)
