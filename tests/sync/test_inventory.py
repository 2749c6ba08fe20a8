"""The comparison of logs tells exactly what the store lacks."""

import pytest

from mobile_contract.base import b64url
from mobile_contract.client import Device
from mobile_contract.client.state import Custody
from mobile_contract.pull import InventoryAnswer, InventoryRequest, LogClaim, SeqRange
from mobile_contract.push import Verdict
from sync.pull import inventory
from sync.pull.inventory import compare_logs
from tests.sync.world import World, build_world, note


async def compare(world: World, carrier: Device, *claims: LogClaim) -> InventoryAnswer:
    request = InventoryRequest(heads=claims)
    return await compare_logs(world.cmd(), device_id=carrier.id, request=request)


async def test_missing_numbers_are_told_as_ranges(world: World):
    tablet = await world.tablet()
    batch = [note(tablet, world.visit, str(n)) for n in range(10)]
    await world.push(tablet, *batch[:3], batch[5], *batch[8:])
    [log] = (await compare(world, tablet, *tablet.heads())).logs
    assert log.missing == (SeqRange(first=4, last=5), SeqRange(first=7, last=8))
    assert (log.state.seq, log.state.hash, log.state.top) == (3, batch[2].hash, 10)
    await world.push(tablet, *batch)
    [log] = (await compare(world, tablet, *tablet.heads())).logs
    assert log.missing == ()
    assert log.state.hash == batch[-1].hash


async def test_a_log_full_of_holes_is_told_piece_by_piece_until_nothing_is_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(inventory, "MAX_RANGES", 2)
    tablet = await world.tablet()
    batch = [note(tablet, world.visit, str(n)) for n in range(10)]
    await world.push(tablet, *batch[1::2])
    told = []
    while missing := (await compare(world, tablet, *tablet.heads())).logs[0].missing:
        told.append(missing)
        await world.push(tablet, *(batch[n - 1] for one in missing for n in range(one.first, one.last + 1)))
    assert [len(ranges) for ranges in told] == [2, 2, 1]


async def test_whoever_finds_that_the_server_lost_entries_asks_for_his_files_again(world: World):
    tablet = await world.tablet()
    batch = [note(tablet, world.visit, str(n)) for n in range(3)]
    photo = tablet.attach(b"a photo", "image/jpeg")
    tablet.store.note_upload(photo, "/v1/uploads/1", complete=True)
    await world.push(tablet, *batch[:2])
    tablet.offer_again(await compare(world, tablet, *tablet.heads()))
    assert tablet.store.incomplete_files() == []
    for entry in batch:
        tablet.store.settle(entry.hash, Custody.SERVER, Verdict.ACCEPTED, ())
    assert tablet.offer_again(await compare(world, tablet, *tablet.heads())) == 1
    assert tablet.store.incomplete_files() == [photo]


async def test_a_log_nobody_pushed_is_missing_whole(world: World):
    tablet = await world.tablet()
    note(tablet, world.visit)
    note(tablet, world.visit)
    [log] = (await compare(world, tablet, *tablet.heads())).logs
    assert (log.missing, log.state.seq, log.state.top) == ((SeqRange(first=1, last=2),), 0, 0)


async def test_a_courier_may_ask_for_a_colleagues_log_but_not_for_a_strangers(world: World):
    tablet, colleague = await world.tablet(), await world.tablet(1)
    elsewhere = await build_world("elsewhere")
    stranger = await elsewhere.tablet()
    entry = note(tablet, world.visit)
    await world.push(tablet, entry)
    await elsewhere.push(stranger, note(stranger, elsewhere.visit))
    foreign = LogClaim(dev=stranger.id, ep=1, seq=1, hash=b64url(bytes(32)))
    answer = await compare(world, colleague, *tablet.heads(), foreign)
    assert [log.state.seq for log in answer.logs] == [1, 0]
    assert answer.logs[1].missing == (SeqRange(first=1, last=1),)


async def test_an_empty_inventory_tells_the_history(world: World):
    tablet = await world.tablet()
    assert (await compare(world, tablet)).logs == ()
