"""Cases 43, 55 and 69 of the catalogue (sync.md §4): what comes back from a backup, and what is there twice."""

import sqlite3
from uuid import UUID

import pytest

from inspection.kernel.database import Engine
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.sqlite import KeptSQLiteEngine
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.entries.store import entries_by_hash
from mobile_contract.client import Device, DeviceStore, Surroundings
from mobile_contract.client.state import Custody
from mobile_contract.push import PushAnswer, Receipt, Verdict
from sync import store as histories
from sync.histories import WENT_BACK
from sync.pull import feeds
from sync.push import store as store_push
from tests.simulator.engines import dump, load
from tests.sync.world import World, note


def _clone(device: Device) -> Device:
    """All of a tablet's data on another one: a backup put back, or an app that was copied."""
    store = DeviceStore()
    db: sqlite3.Connection = store._db
    db.deserialize(device.store._db.serialize())
    ticks = device._world
    return Device(store, Surroundings(ticks.time, ticks.entropy))


async def _both_branches_are_kept(one: Device, other: Device) -> None:
    for device in (one, other):
        own = {entry.hash for entry in device.store.entries()}
        assert (await entries_by_hash(own)).keys() == own
        assert not device.store.entries(Custody.OWN)
    heads = {head.epoch: head for _, head in await store_push.logs_of([one.id])}
    assert heads[1].forked
    forks = await read_kind(f"device:{one.id}", EventKind.DEVICE_LOG_FORKED)
    assert 1 in [line.payload["epoch"] for line in forks]


async def test_case_43_a_tablet_restored_from_a_backup_goes_on_with_old_numbers_and_both_branches_are_kept(
    world: World,
):
    device = await world.tablet()
    async with world.session(device) as session:
        note(device, world.visit, "before the backup")
        await session.push()
        backup = _clone(device)
        note(device, world.visit, "after the backup")
        await session.push()
    # It does not notice: the same number is given to something else.
    restored = note(backup, world.visit, "after the restore")
    assert (restored.ep, restored.seq) == (1, 2)
    async with world.session(backup) as session:
        await session.push()
        assert backup.epoch == 2
        later = note(backup, world.visit, "in the new incarnation")
        await session.push()
    assert later.ep == 2
    await _both_branches_are_kept(device, backup)


async def test_case_55_two_tablets_with_one_device_key_make_forks_which_are_flagged(world: World):
    device = await world.tablet()
    note(device, world.visit, "shared")
    async with world.session(device) as session:
        await session.push()
    clone = _clone(device)
    assert clone.key.kid == device.key.kid
    mine, theirs = note(device, world.visit, "mine"), note(clone, world.visit, "theirs")
    assert (mine.ep, mine.seq) == (theirs.ep, theirs.seq)
    await world.push(device, mine)
    answer = PushAnswer.model_validate_json(await _raw(world, clone, theirs.line))
    assert [(one.verdict, one.reasons) for one in answer.verdicts] == [(Verdict.FLAGGED, _with_fork(answer))]
    assert Receipt.model_validate_json(answer.receipt.p).logs[0].forked
    for tablet in (device, clone):
        async with world.session(tablet) as session:
            await session.push()
    await _both_branches_are_kept(device, clone)


def _with_fork(answer: PushAnswer) -> tuple[str, ...]:
    reasons = answer.verdicts[0].reasons
    assert "log-fork" in reasons
    return reasons


async def _raw(world: World, device: Device, line: str) -> bytes:
    answer = await world.push(device, line)
    return answer.model_dump_json().encode() if isinstance(answer, PushAnswer) else answer


async def test_case_69_after_a_failover_that_lost_the_tail_the_comparison_of_logs_names_and_repairs_what_is_missing(
    world: World, db: Engine
):
    device = await world.tablet()
    async with world.session(device) as session:
        note(device, world.visit, "safe")
        await session.push()
        await session.pull()
        before = await dump(db)
        lost = [note(device, world.visit, f"lost {n}") for n in range(3)]
        await session.push()
        await session.pull()
        # Receipts for them are out, the entries are gone.
        assert {entry.hash for entry in device.store.entries(Custody.SERVER)} >= {entry.hash for entry in lost}
        await _fail_over(db, before)
        hashes = [entry.hash for entry in lost]
        assert await entries_by_hash(hashes) == {}
        old = await histories.newest_history()
        await session.pull()
        # The alarm: a new history, because a device knew more than the store.
        new = await histories.newest_history()
        assert old is not None
        assert new is not None
        assert new != old
        alarm = (await read_kind(f"history:{new[0]}", EventKind.HISTORY_STARTED))[0]
        assert alarm.payload["reason"] == WENT_BACK
        # The comparison of logs, which the pull led to, names exactly the lost numbers; the offer repairs them.
        assert {entry.hash for entry in device.outbox()} == set(hashes)
        assert await session.push() == len(lost)
    assert (await entries_by_hash(hashes)).keys() == set(hashes)
    assert not device.store.entries(Custody.OWN)


@pytest.mark.parametrize("further", [0, 2])
async def test_a_restore_that_nobody_announced_is_noticed_where_a_number_was_given_twice(
    world: World, db: Engine, further: int
):
    device = await world.tablet()
    async with world.session(device) as session:
        await session.pull()
        before = await dump(db)
        await _rename(world, "as it was lost")
        await session.pull()
        await _fail_over(db, before)
        # The same topic takes the same number again: to the digest of the feed nothing is different.
        await _rename(world, "as it is")
        for _ in range(further):
            await _tell_of(world, await world.add_visit(), device)
        await session.pull()
    assert device.replica.visits()[world.visit].object.name == "as it is"
    await _alarmed()


async def test_entries_that_others_lost_in_a_restore_that_nobody_announced_come_again(world: World, db: Engine):
    device, writer, other = await world.tablet(), await world.tablet(), await world.tablet(1)
    async with world.session(device) as session, world.session(writer) as writing:
        await session.pull()
        await writing.pull()
        before = await dump(db)
        lost = note(writer, world.visit, "lost")
        await writing.push()
        await session.pull()
        await _fail_over(db, before)
        # Number one of the visit is given again, to something else, in the same row of the same feed.
        there = note(other, world.visit, "there")
        await world.push(other, there)
        await session.pull()
        assert {entry.hash for entry in device.replica.heard(world.visit)} == {there.hash}
        await _alarmed()
        await writing.pull()
        assert await writing.push() == 1
        await session.pull()
    assert {entry.hash for entry in device.replica.heard(world.visit)} == {lost.hash, there.hash}


async def test_who_was_told_nothing_of_what_a_restore_lost_is_not_disturbed(world: World, db: Engine):
    device = await world.tablet()
    async with world.session(device) as session:
        await session.pull()
        before = await dump(db)
        old = await histories.newest_history()
        await _rename(world, "as it was lost")
        await _fail_over(db, before)
        await _rename(world, "as it is")
        await session.pull()
    assert device.replica.visits()[world.visit].object.name == "as it is"
    assert await histories.newest_history() == old


async def test_a_tablet_whose_last_push_a_restore_lost_hears_of_it_with_its_next(world: World, db: Engine):
    device = await world.tablet()
    async with world.session(device) as session:
        note(device, world.visit, "safe")
        await session.push()
        before = await dump(db)
        lost = note(device, world.visit, "lost")
        await session.push()
        # It has not pulled since: no cursor of it knows of what is lost, only its receipt does.
        await _fail_over(db, before)
        note(device, world.visit, "after")
        await session.push()
    assert lost.hash in await entries_by_hash([lost.hash])
    assert not device.store.entries(Custody.OWN)


async def _rename(world: World, name: str) -> None:
    await InspectionObject.update({InspectionObject.name: name}).where(InspectionObject.id == world.object)
    async with unit_of_work():
        await feeds.tell_cards([world.visit], world.cmd().now)


async def _tell_of(world: World, visit: UUID, device: Device) -> None:
    async with unit_of_work():
        await feeds.give([device.id], visit, world.cmd().now)


async def _alarmed() -> None:
    newest = await histories.newest_history()
    assert newest is not None
    alarm = (await read_kind(f"history:{newest[0]}", EventKind.HISTORY_STARTED))[0]
    assert alarm.payload["reason"] == WENT_BACK


async def _fail_over(db: Engine, content: object) -> None:
    """The other node takes over: the store is what it was, in a fresh process."""
    await load(db, content)
    if isinstance(db, KeptSQLiteEngine):
        await db.start()
