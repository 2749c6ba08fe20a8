"""The reference client against the verbs: nothing it wrote is ever lost, whatever happens to the answers."""

import asyncio
import random
from pathlib import Path

import httpx
import pytest

from inspection.visits.tables import Entry
from mobile_contract.client import Device, ProblemError
from mobile_contract.client.device import UntrustedAnswerError
from mobile_contract.client.state import Custody
from mobile_contract.push import PushAnswer, Verdict
from sync.devices import store as store_devices
from sync.histories import start_history
from sync.push import store as store_push
from sync.tables import DeviceLog, LogTail
from tests.sync.world import World, note


async def stored() -> set[str]:
    return {row["hash"] for row in await Entry.select(Entry.hash)}


def written(*devices: Device) -> set[str]:
    return {entry.hash for device in devices for entry in device.store.entries()}


async def test_a_day_of_two_tablets_ends_with_every_entry_in_custody(world: World):
    tablets = [await world.tablet(n) for n in (0, 1)]
    for device in tablets:
        async with world.session(device) as session:
            await session.fetch_anchor()
            assert await session.pull() == 3
            assert list(device.visits()) == [world.visit]
            note(device, world.visit, "一")
            device.capture("submit", device.attestation(world.visit), visit=world.visit)
            assert await session.push() == 2
            assert device.outbox() == []
    assert await stored() == written(*tablets)
    assert all(len(device.store.entries(Custody.SERVER)) == 2 for device in tablets)


async def test_enrolment_survives_a_lost_answer(world: World):
    device = world.new_device()
    code = await world.code()
    async with world.session(device, lose=lambda _: True) as session:
        with pytest.raises(httpx.ReadError):
            await session.enrol(code, "unlucky")
    async with world.session(device) as session:
        answer = await session.enrol(code, "unlucky")
    assert [row.id for row in await store_devices.devices(world.authority)] == [answer.device]


async def test_lost_answers_cost_repetition_and_nothing_else(world: World):
    chaos = random.Random(5)
    device = await world.tablet()
    batch = [note(device, world.visit, str(n)) for n in range(40)]
    async with world.session(device, lose=lambda _: chaos.random() < 0.6) as session:
        for _ in range(60):
            try:
                await session.push()
                await session.pull()
            except httpx.ReadError:
                continue
    assert device.outbox() == []
    assert await stored() == {entry.hash for entry in batch}
    assert list(device.visits()) == [world.visit]


async def test_an_answer_to_an_earlier_pull_is_not_applied(world: World):
    device = await world.tablet()
    async with world.session(device) as session:
        pages = []
        apply = device.apply

        def remembering(page):
            pages.append(page)
            return apply(page)

        device.apply = remembering  # type: ignore[method-assign]
        await session.pull()
        cursor = device.cursor
        assert not apply(pages[0])
        assert device.cursor == cursor


async def test_a_refused_entry_does_not_stop_the_others_and_is_kept(world: World):
    device = await world.tablet()
    bad = note(device, world.visit, "bad")
    spoiled = bad.line.replace("bad", "BAD")
    device.store._db.execute("UPDATE entry SET line = ? WHERE hash = ?", (spoiled, bad.hash))
    good = note(device, world.visit, "good")
    async with world.session(device) as session:
        assert await session.push() == 2
    [refused] = device.store.entries(Custody.REFUSED)
    assert (refused.hash, refused.verdict, refused.reasons) == (bad.hash, Verdict.REFUSED, ("body-mismatch",))
    assert await stored() == {good.hash}


async def test_a_restored_server_gets_back_what_it_lost(world: World):
    device = await world.tablet()
    async with world.session(device) as session:
        await session.pull()
        batch = [note(device, world.visit, str(n)) for n in range(6)]
        await session.push()
        # The logs of a restored store are behind what it once gave receipts for.
        await LogTail.delete(force=True)
        back = {DeviceLog.seq: 2, DeviceLog.top: 2, DeviceLog.hash: batch[1].hash}
        await DeviceLog.update(back, force=True)
        await start_history(world.cmd(), "restored from backup")
        await session.pull()
        assert [entry.seq for entry in device.outbox()] == [3, 4, 5, 6]
        assert await session.push() == 4
    assert list(device.visits()) == [world.visit]
    assert device.outbox() == []


async def test_a_push_alone_notices_the_restore_too(world: World):
    device = await world.tablet()
    async with world.session(device) as session:
        note(device, world.visit, "before")
        await session.push()
        await DeviceLog.update({DeviceLog.seq: 0, DeviceLog.top: 0}, force=True)
        await start_history(world.cmd(), "restored from backup")
        note(device, world.visit, "after")
        await session.push()
    assert not device.server_was_restored
    assert device.outbox() == []


async def test_a_forked_log_goes_on_in_a_new_incarnation(world: World, tmp_path: Path):
    device = await world.tablet(path=tmp_path / "tablet.sqlite3")
    async with world.session(device) as session:
        note(device, world.visit, "1")
        await session.push()
        backup = device.store._db.serialize()
        lost = note(device, world.visit, "2, which the backup does not know")
        await session.push()
    device.store._db.deserialize(backup)
    async with world.session(device) as session:
        rival = note(device, world.visit, "another 2")
        await session.push()
        assert device.epoch == 2
        await session.push()
        last = note(device, world.visit, "3")
        await session.push()
    assert (last.ep, last.seq) == (2, 2)
    assert {lost.hash, rival.hash, last.hash} <= await stored()


async def test_a_tablet_that_was_switched_off_remembers_everything(world: World, tmp_path: Path):
    path = tmp_path / "tablet.sqlite3"
    device = await world.tablet(path=path)
    first = note(device, world.visit, "1")
    device.store.close()
    again = world.new_device(path)
    assert again.key.kid == device.key.kid
    second = note(again, world.visit, "2")
    assert second.seq == 2
    async with world.session(again) as session:
        assert await session.push() == 2
    assert await stored() == {first.hash, second.hash}


async def test_a_revoked_tablet_can_still_send_but_reads_nothing(world: World):
    device = await world.tablet()
    note(device, world.visit)
    await world.revoke(device)
    async with world.session(device) as session:
        with pytest.raises(ProblemError) as refused:
            await session.pull()
        assert (refused.value.status, refused.value.code) == (403, "device-revoked")
        assert await session.push() == 1


async def test_custody_is_believed_only_from_a_signed_receipt(world: World):
    device = await world.tablet()
    first, second = note(device, world.visit, "1"), note(device, world.visit, "2")
    honest = await world.push(device, first)
    claimed = honest.verdicts[0].model_copy(update={"line": 1, "hash": second.hash})
    forged = honest.model_copy(update={"verdicts": (*honest.verdicts, claimed)})
    assert device.settle([first, second], forged) == 1
    assert [entry.hash for entry in device.outbox()] == [second.hash]
    text = honest.receipt.p.replace(first.hash, second.hash)
    tampered = honest.receipt.model_copy(update={"p": text})
    with pytest.raises(UntrustedAnswerError):
        device.settle([second], PushAnswer(verdicts=(claimed,), receipt=tampered, anchor=honest.anchor))
    assert [entry.hash for entry in device.outbox()] == [second.hash]


async def test_a_large_outbox_travels_in_several_pushes(world: World):
    device = await world.tablet()
    for n in range(620):
        note(device, world.visit, f"{n} " + "很长的一段话" * 20)
    async with world.session(device) as session:
        assert await session.push() == 620
    assert len(await stored()) == 620
    [(_, head)] = await store_push.logs_of([device.id])
    assert head.seq == 620


async def test_two_tablets_of_one_visit_at_the_same_time(world: World):
    tablets = [await world.tablet(n) for n in (0, 1)]
    for device in tablets:
        for n in range(30):
            note(device, world.visit, str(n))

    async def send(device: Device) -> None:
        async with world.session(device) as session:
            await session.push()

    await asyncio.gather(*(send(device) for device in tablets))
    assert await stored() == written(*tablets)
    rows = await Entry.select(Entry.vseq)
    assert sorted(row["vseq"] for row in rows) == list(range(1, 61))
