"""Cases 43, 55 and 69 of the catalogue (sync.md §4): what comes back from a backup, and what is there twice."""

import sqlite3

from inspection.kernel.database import Engine
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.sqlite import KeptSQLiteEngine
from inspection.visits.entries.store import entries_by_hash
from mobile_contract.client import Device, DeviceStore, Surroundings
from mobile_contract.client.state import Custody
from mobile_contract.push import PushAnswer, Receipt, Verdict
from sync import store as histories
from sync.histories import WENT_BACK
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


async def _fail_over(db: Engine, content: object) -> None:
    """The other node takes over: the store is what it was, in a fresh process."""
    await load(db, content)
    if isinstance(db, KeptSQLiteEngine):
        await db.start()
