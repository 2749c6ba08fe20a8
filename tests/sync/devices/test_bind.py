"""Who may act on a device: the feed shows what any of them may see, and nothing of those who left."""

import pytest

from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors.tables import Inspector
from inspection.visits.tables import TeamMember
from mobile_contract.client import Device
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import FeedOp
from sync.devices import store as store_devices
from sync.devices.bind import acting_inspectors, bind_inspector, unbind_inspector
from sync.pull import store as store_feeds
from sync.tables import FeedHead
from tests.inspection.publicity.world import insert
from tests.sync.world import World, build_world


async def colleague(world: World) -> Inspector:
    """An inspector who is in no team yet."""
    return await insert(Inspector, authority=world.authority, staff_no="9", name="检查员九", active=True)


async def bind(world: World, device: Device, inspector) -> None:
    await bind_inspector(world.cmd(), device_id=device.id, inspector_id=inspector, authority_id=world.authority)


async def unbind(world: World, device: Device, inspector) -> None:
    await unbind_inspector(world.cmd(), device_id=device.id, inspector_id=inspector, authority_id=world.authority)


async def topics(device: Device) -> dict[str, FeedOp]:
    _, rows = await store_feeds.changes_after(device.id, 0, 100)
    return {row.topic: row.op for row in rows}


async def test_the_enrolled_one_and_the_bound_ones_may_act(world: World):
    tablet, other = await world.tablet(0), await world.tablet(1)
    first, second = world.inspectors
    await bind(world, tablet, second)
    assert await acting_inspectors([tablet.id, other.id, world.visit]) == {
        tablet.id: {first, second},
        other.id: {second},
    }
    assert [row.id for row in await store_devices.devices_of([second])] == sorted([tablet.id, other.id])
    await unbind(world, tablet, second)
    assert await acting_inspectors([tablet.id]) == {tablet.id: {first}}


async def test_binding_twice_and_unbinding_twice_is_once(world: World):
    tablet = await world.tablet()
    for _ in range(2):
        await bind(world, tablet, world.inspectors[1])
    for _ in range(2):
        await unbind(world, tablet, world.inspectors[1])
    kinds = [line.kind for line in await read(f"device:{tablet.id}")]
    assert kinds == [EventKind.DEVICE_ENROLLED, EventKind.DEVICE_BOUND, EventKind.DEVICE_UNBOUND]
    await bind(world, tablet, world.inspectors[1])  # and may come again
    assert len((await acting_inspectors([tablet.id]))[tablet.id]) == 2


async def test_binding_brings_the_visits_and_unbinding_takes_those_that_nobody_else_on_it_has(world: World):
    helper = await colleague(world)
    tablet = await world.tablet()
    shared, own = f"visit:{world.visit}", f"visit:{await world.add_visit()}"
    alone = await world.add_visit()
    await TeamMember.delete().where(TeamMember.visit == alone, TeamMember.inspector == world.inspectors[0])
    await insert(TeamMember, visit=alone, inspector=helper, how="lot")
    await bind(world, tablet, helper)
    seen = await topics(tablet)
    assert seen[f"visit:{alone}"] is FeedOp.PUT
    assert seen[shared] is FeedOp.PUT
    await unbind(world, tablet, helper)
    seen = await topics(tablet)
    assert seen[f"visit:{alone}"] is FeedOp.REMOVE
    assert seen[shared] is FeedOp.PUT
    assert own not in seen or seen[own] is FeedOp.PUT


async def test_a_visit_that_becomes_known_later_reaches_the_devices_of_the_bound_ones(world: World):
    helper = await colleague(world)
    tablet = await world.tablet()
    await bind(world, tablet, helper)
    visit = await world.add_visit()
    await TeamMember.delete().where(TeamMember.visit == visit, TeamMember.inspector == world.inspectors[0])
    await insert(TeamMember, visit=visit, inspector=helper, how="lot")
    async with unit_of_work():
        await append(world.cmd().event(EventKind.VISIT_UNSEALED, f"visit:{visit}"))
    assert (await topics(tablet))[f"visit:{visit}"] is FeedOp.PUT
    async with world.session(tablet) as session:
        await session.pull()
    assert visit in tablet.visits()


async def test_only_an_inspector_and_a_device_of_this_authority_are_bound(world: World):
    elsewhere = await build_world("elsewhere")
    tablet, foreign = await world.tablet(), await elsewhere.tablet()
    await Inspector.update({Inspector.active: False}).where(Inspector.id == world.inspectors[1])
    for stranger in (elsewhere.inspectors[0], world.inspectors[1], world.visit):
        with pytest.raises(NotFound) as refused:
            await bind(world, tablet, stranger)
        assert refused.value.code is ProblemCode.INSPECTOR_UNKNOWN
    for verb in (bind, unbind):
        with pytest.raises(NotFound) as refused:
            await verb(world, foreign, world.inspectors[0])
        assert refused.value.code is ProblemCode.DEVICE_UNKNOWN


async def test_the_enrolled_one_stays_and_a_revoked_device_takes_nobody_on(world: World):
    tablet = await world.tablet()
    await bind(world, tablet, world.inspectors[0])  # he may already
    assert await read(f"device:{tablet.id}")
    with pytest.raises(Conflict):
        await unbind(world, tablet, world.inspectors[0])
    await world.revoke(tablet)
    with pytest.raises(Conflict):
        await bind(world, tablet, world.inspectors[1])


async def test_an_inspector_of_another_authority_cannot_be_unbound_and_nothing_of_his_moves(world: World):
    elsewhere = await build_world("elsewhere")
    tablet, his = await world.tablet(), FeedHead.device == elsewhere.inspectors[0]
    await elsewhere.tablet()
    before = await FeedHead.select().where(his)
    with pytest.raises(NotFound) as refused:
        await unbind(world, tablet, elsewhere.inspectors[0])
    assert refused.value.code is ProblemCode.INSPECTOR_UNKNOWN
    assert before == await FeedHead.select().where(his)
    assert before
