"""By which number of its feed a device was told that a visit is gone from it."""

from datetime import timedelta

from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.pull import RemoveReason
from sync.pull import feeds, store
from sync.pull.removals import removals
from sync.pull.sweep import KEPT, sweep_feeds
from tests.sync.world import World


async def test_it_is_the_number_of_the_removal_and_not_less_once_that_was_swept(world: World) -> None:
    keeps, loses, other = await world.tablet(), await world.tablet(), await world.tablet(1)
    devices = [device.id for device in (keeps, loses, other)]
    assert await removals(world.visit, devices) == {}
    async with unit_of_work():
        await feeds.take([loses.id], world.visit, RemoveReason.RECUSED, world.now)
    told = await removals(world.visit, devices)
    assert set(told) == {loses.id}
    assert 0 < told[loses.id] <= await store.feed_head(loses.id)
    world.now += KEPT + timedelta(days=1)
    assert await sweep_feeds(world.cmd()) > 0
    swept = await removals(world.visit, devices)
    assert set(swept) == {loses.id}
    assert told[loses.id] <= swept[loses.id] <= await store.feed_head(loses.id)
