"""A device erases itself when the office says so: not before its work is handed in, and it says what was lost."""

import httpx
import pytest
from pydantic import ValidationError

from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, read
from mobile_contract.client import Device, ProblemError, Session
from mobile_contract.client.state import Custody
from mobile_contract.client.wiping import acknowledgement, erase, holding
from mobile_contract.devices import WipedRequest
from mobile_contract.push import Verdict
from sync.devices import store as store_devices
from sync.devices.overview import DeviceOverview, device_overviews
from sync.devices.wipe import acknowledge_wipe, order_wipe
from tests.sync.world import World, build_world, note


async def order(world: World, device: Device, *, also_unsent: bool = False):
    return await order_wipe(world.cmd(), device_id=device.id, authority_id=world.authority, also_unsent=also_unsent)


async def seen(world: World, device: Device) -> DeviceOverview:
    return next(one for one in await device_overviews(world.authority) if one.device.id == device.id)


async def test_it_hands_in_erases_itself_and_says_so(world: World):
    tablet = await world.tablet()
    async with world.session(tablet) as session:
        await session.pull()
        note(tablet, world.visit)
        told = await order(world, tablet)
        with pytest.raises(ProblemError, match="403 device-wipe"):
            await session.pull()
        assert await session.obey()
    assert (tablet.store.entries(), tablet.store.topics(), tablet.store.recall("key")) == ([], {}, None)
    row = await store_devices.device(tablet.id) if tablet.store.recall("device") else None
    assert row is None
    (device,) = await store_devices.devices(world.authority)
    assert device.wiped_lost == 0
    assert device.wiped_at is not None
    lines = [line for line in await read(f"device:{device.id}") if line.kind is EventKind.DEVICE_WIPED]
    assert [(line.payload["order"], line.payload["lost_entries"]) for line in lines] == [(str(told), 0)]


async def test_without_an_order_nothing_is_erased(world: World):
    tablet = await world.tablet()
    note(tablet, world.visit)
    async with world.session(tablet) as session:
        assert not await session.obey()
    assert len(tablet.store.entries()) == 1


async def test_work_that_nobody_else_has_is_not_given_up_unless_the_order_says_so(world: World):
    tablet = await world.tablet()
    lost = note(tablet, world.visit)
    tablet.store.settle(lost.hash, Custody.REFUSED, Verdict.REFUSED, ["malformed"])  # the server will not take it
    await order(world, tablet)
    async with world.session(tablet) as session:
        assert not await session.obey()
        assert len(tablet.store.entries()) == 1
        await order(world, tablet, also_unsent=True)
        assert await session.obey()
    (device,) = await store_devices.devices(world.authority)
    assert device.wiped_lost == 1


async def test_a_lost_answer_and_a_crash_in_between_cost_nothing(world: World):
    tablet = await world.tablet()
    note(tablet, world.visit)
    await order(world, tablet)
    async with world.session(tablet, lose=lambda request: request.url.path == "/v1/devices/wiped") as session:
        with pytest.raises(httpx.ReadError):
            await session.obey()
    assert tablet.store.entries() == []
    assert acknowledgement(tablet) is not None
    again = Device(tablet.store, tablet._world)
    async with world.session(again) as session:
        assert await session.obey()
    assert again.store.recall("key") is None
    device = (await store_devices.devices(world.authority))[0]
    kinds = [line.kind for line in await read(f"device:{device.id}")]
    assert kinds.count(EventKind.DEVICE_WIPED) == 1


async def test_a_tablet_keeps_what_it_has_to_say_whatever_but_the_office_answers(world: World):
    tablet = await world.tablet()
    await order(world, tablet)
    async with world.session(tablet) as session:
        wipe = (await session.standing()).wipe
    assert wipe is not None
    erase(tablet, wipe)
    answers = [
        httpx.Response(200, text="<html>Please sign in to this network"),
        httpx.Response(200, json={}),
        httpx.Response(200, text='{"wiped_at":"2026-0'),
        httpx.Response(302, headers={"Location": "http://portal/"}),
        httpx.Response(404, json={"code": "device-unknown"}),
        httpx.Response(409, json={"code": "conflict"}),
        httpx.Response(503),
    ]
    for answer in answers:
        elsewhere = httpx.MockTransport(lambda _, answer=answer: answer)
        async with httpx.AsyncClient(transport=elsewhere, base_url="http://server") as http:
            with pytest.raises((ProblemError, ValidationError)):
                await Session(tablet, http).obey()
        assert acknowledgement(tablet) is not None
        assert tablet.store.recall("key") is not None
    async with world.session(tablet) as session:
        assert await session.obey()
    assert tablet.store.recall("key") is None


async def said(world: World, device: Device, **changed: object) -> WipedRequest:
    twin = world.new_device()
    twin.store.remember("key", device.key.secret().hex())
    for name in ("device", "inspector", "token", "server_keys", "history"):
        twin.store.remember(name, device.store.recall(name))
    twin = Device(twin.store, twin._world)
    async with world.session(device) as session:
        wipe = (await session.standing()).wipe
    assert wipe is not None
    erase(twin, wipe)
    request = acknowledgement(twin)
    assert request is not None
    return request.model_copy(update=changed)


async def test_only_its_own_key_says_that_it_is_done(world: World):
    tablet, other = await world.tablet(0), await world.tablet(1)
    for device in (tablet, other):
        await order(world, device)
    good, foreign = await said(world, tablet), await said(world, other)
    wrong = [
        foreign,
        good.model_copy(update={"p": "{}"}),
        good.model_copy(update={"p": good.p.replace('"lost_entries":0', '"lost_entries":9')}),
        good.model_copy(update={"s": foreign.s}),
        good.model_copy(update={"k": foreign.k}),
    ]
    for request in wrong:
        with pytest.raises(Invalid):
            await acknowledge_wipe(world.cmd(), device_id=tablet.id, request=request)
    assert (await store_devices.device(tablet.id)).wiped_at is None
    first = await acknowledge_wipe(world.cmd(), device_id=tablet.id, request=good)
    assert await acknowledge_wipe(world.cmd(), device_id=tablet.id, request=good) == first


async def test_an_order_that_took_the_place_of_another_is_done_with_either(world: World):
    tablet = await world.tablet()
    first = await order(world, tablet)
    assert await order(world, tablet) == first
    early = await said(world, tablet)
    second = await order(world, tablet, also_unsent=True)
    assert second != first
    await acknowledge_wipe(world.cmd(), device_id=tablet.id, request=early)
    with pytest.raises(Conflict):
        await order(world, tablet)


async def test_nobody_says_done_who_was_not_asked_and_nobody_asks_a_foreign_device(world: World):
    tablet, elsewhere = await world.tablet(), await build_world("elsewhere")
    foreign = await elsewhere.tablet()
    with pytest.raises(NotFound):
        await order(world, foreign)
    await order(elsewhere, foreign)
    request = await said(elsewhere, foreign)
    for device, error in ((tablet.id, Invalid), (world.visit, NotFound)):
        with pytest.raises(error):
            await acknowledge_wipe(world.cmd(), device_id=device, request=request)


async def test_an_erased_device_is_not_enrolled_again_and_a_new_key_is(world: World):
    tablet = await world.tablet()
    key = tablet.key
    await order(world, tablet)
    async with world.session(tablet) as session:
        await session.obey()
    same = world.new_device()
    same.store.remember("key", key.secret().hex())
    same = Device(same.store, same._world)
    async with world.session(same) as session:
        with pytest.raises(ProblemError, match="409 conflict"):
            await session.enrol(await world.code(), "again")
    await world.tablet()


async def test_the_office_sees_what_only_the_tablet_has(world: World):
    tablet = await world.tablet()
    async with world.session(tablet) as session:
        await session.push()
        first, kept = note(tablet, world.visit), note(tablet, world.visit)
        tablet.attach(b"12345", "image/jpeg")
        await session.compare_logs()
        told = await seen(world, tablet)
        assert told.holding is not None
        assert told.holding.held == holding(tablet)
        assert (told.holding.held.entries, told.holding.held.files, told.holding.held.bytes) == (2, 1, 5)
        assert told.holding.held.oldest_wall is not None
        assert told.last_contact == told.holding.reported_at
        await session.push()
        await session.compare_logs()
    told = await seen(world, tablet)
    assert told.holding is not None
    assert (told.holding.held.entries, told.holding.held.oldest_wall) == (0, None)
    assert [(log.epoch, log.seq, log.top, log.gaps) for log in told.logs] == [(1, 2, 2, ())]
    assert first.seq < kept.seq


async def test_the_office_sees_gaps_forks_and_how_far_a_feed_is_behind(world: World):
    tablet = await world.tablet()
    lines = [note(tablet, world.visit) for _ in range(5)]
    await world.push(tablet, lines[0], lines[2], lines[4])
    told = await seen(world, tablet)
    (log,) = told.logs
    assert (log.seq, log.top, log.forked) == (1, 5, False)
    assert [(gap.first, gap.last) for gap in log.gaps] == [(2, 2), (4, 4)]
    assert told.feed_behind is not None
    assert told.feed_behind >= 1
    assert told.last_contact is not None


async def test_devices_are_listed_page_by_page(world: World):
    for _ in range(5):
        await world.tablet()
    await (await build_world("elsewhere")).tablet()
    pages, after = [], None
    while page := await device_overviews(world.authority, after=after, limit=2):
        pages.append([one.device.id for one in page])
        after = page[-1].device.id
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [device for page in pages for device in page] == sorted(
        row.id for row in await store_devices.devices(world.authority)
    )
