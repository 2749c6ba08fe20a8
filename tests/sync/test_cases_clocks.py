"""The catalogue's cases about the tablets' clocks (sync.md §4): evidence, and never more."""

from collections.abc import Iterator
from itertools import count
from uuid import UUID

import pytest

from inspection.visits.entries.store import entries_by_hash
from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.timing.interval import ClockFlag, Timing
from mobile_contract.client import Device, DeviceStore, DeviceTime, Session, Surroundings
from mobile_contract.client.state import Captured, Custody
from mobile_contract.envelope import parse_header, parse_line
from mobile_contract.push import Reason, Verdict
from sync.devices.enrol import enrol_device
from sync.log.visit_times import VisitTimes, visit_times
from tests.sync.world import CK, World

Moments = Iterator[DeviceTime]

CLOCK_ONLY = {Reason.CLOCK_SUSPECT}


def ticking(wall: int, step: int = 1, mono: int = 0, boot: str = "b1") -> Moments:
    """A clock that begins at `wall` and moves on by `step` ms at each look."""
    for n in count():
        yield DeviceTime(wall=wall + n * step, mono=mono + n * abs(step), boot=boot)


async def tablet_at(world: World, moments: Moments, inspector: int = 0, seed: str = "clock") -> Device:
    """An enrolled tablet whose clocks tell these moments."""
    world.tablets += 1
    entropy = world.entropy.__class__(f"{seed} {world.authority} {world.tablets}")
    device = Device(DeviceStore(), Surroundings(lambda: next(moments), entropy.bytes))
    request = device.enrol_request(await world.code(inspector), f"tablet {world.tablets}")
    device.enrolled(await enrol_device(world.cmd(), request=request, keys=world.keys))
    return device


def at_the_door(device: Device, visit: UUID) -> list[Captured]:
    """A short visit: arrive, two notes, leave."""
    said = [device.capture("arrive", {"no_fix": "no signal"}, visit=visit, ck=CK)]
    said.append(device.capture("note.add", {"text": "先"}, visit=visit, ck=CK))
    said.append(device.capture("note.add", {"text": "后"}, visit=visit, ck=CK))
    said.append(device.capture("leave", {"no_fix": "no signal"}, visit=visit, ck=CK))
    return said


def timing_of(times: VisitTimes, entry: Captured) -> Timing:
    return next(one.timing for one in times.entries if one.hash == entry.hash)


async def settled(session: Session) -> list[Captured]:
    await session.push()
    return session.device.store.entries(Custody.SERVER)


@pytest.mark.parametrize("wall", [0, 4_070_908_800_000], ids=["1970", "2099"])
async def test_case_36_a_clock_of_1970_or_2099_is_accepted_and_touches_nothing_but_precision(
    world: World, wall: int
) -> None:
    """Accepted; order, winners, tokens, cursors, ids unaffected; the interval is by anchors."""
    honest = await tablet_at(world, ticking(int(world.now.timestamp() * 1000)))
    wrong = await tablet_at(world, ticking(wall), inspector=1)
    other = await world.add_visit()
    told: dict[str, tuple[object, ...]] = {}
    for device, visit in ((honest, world.visit), (wrong, other)):
        before = world.now
        async with world.session(device) as session:
            await session.fetch_anchor()
            entries = at_the_door(device, visit)
            taken = await settled(session)
            pulled = await session.pull()
            # The cursor goes on from here: nothing more comes, and no snapshot is asked for.
            assert await session.pull() == 0
        times = await visit_times(world.keys, visit)
        timings = [timing_of(times, entry) for entry in entries]
        assert all(one.not_before is not None and before <= one.not_before <= one.not_after for one in timings)
        assert all(one.estimate is not None and one.estimate <= world.now for one in timings)
        stored = await entries_by_hash([entry.hash for entry in entries])
        numbers = [stored[entry.hash].vseq for entry in entries]
        reasons = {reason for one in stored.values() for reason in one.reasons} - CLOCK_ONLY
        verdicts = {entry.verdict for entry in taken}
        record = (await fold_visit(await known_visit(visit))).record
        told[device.id.hex] = (numbers, reasons, len(taken), pulled, len(record.notes), record.status)
        assert verdicts <= {Verdict.ACCEPTED, Verdict.FLAGGED}
        off = [ClockFlag.WALL_OFF in one.flags for one in timings]
        assert all(off) == any(off) == (device is wrong)
    assert told[honest.id.hex] == told[wrong.id.hex]
    assert told[wrong.id.hex][0] == [1, 2, 3, 4]


async def test_case_37_a_clock_that_jumps_back_or_begins_anew_is_a_flag_only(world: World) -> None:
    """The clock jumps back between two entries; a reboot resets mono: flagged, and nothing else happens."""
    moments = ticking(1_772_413_200_000)
    current = [moments]

    def tell() -> DeviceTime:
        return next(current[0])

    device = await tablet_at(world, iter(tell, None))
    async with world.session(device) as session:
        await session.fetch_anchor()
        steady = [device.capture("note.add", {"text": "1"}, visit=world.visit)]
        steady.append(device.capture("note.add", {"text": "2"}, visit=world.visit))
        current[0] = ticking(1_500_000_000_000, mono=10_000_000)
        back = device.capture("note.add", {"text": "3"}, visit=world.visit)
        current[0] = ticking(1_500_000_100_000, boot="b2")
        booted = device.capture("note.add", {"text": "4"}, visit=world.visit)
        later = device.capture("note.add", {"text": "5"}, visit=world.visit)
        taken = await settled(session)
    assert [entry.hash for entry in taken] == [entry.hash for entry in [*steady, back, booted, later]]
    assert all(set(entry.reasons) <= {reason.value for reason in CLOCK_ONLY} for entry in taken)
    times = await visit_times(world.keys, world.visit)
    flags = [set(timing_of(times, entry).flags) - {ClockFlag.WALL_OFF} for entry in taken]
    assert flags == [set(), set(), {ClockFlag.WALL_BACK}, {ClockFlag.BOOTED}, set()]
    stored = await entries_by_hash([entry.hash for entry in taken])
    assert [stored[entry.hash].vseq for entry in taken] == [1, 2, 3, 4, 5]
    record = (await fold_visit(await known_visit(world.visit))).record
    assert len(record.notes) == 5
    # The order in the log still proves: the booted entries are not older than the anchor before the boot.
    assert timing_of(times, later).not_before == timing_of(times, steady[0]).not_before


async def test_case_38_two_devices_with_the_same_uuidv7_are_both_stored(world: World) -> None:
    """The identity of an entry is its hash, never its id."""
    entries = []
    for inspector in (0, 1):
        device = await tablet_at(world, ticking(1_772_413_200_000), inspector)
        same = world.entropy.__class__("the same noise")
        moments = ticking(1_772_413_200_000)
        device._world = Surroundings(lambda moments=moments: next(moments), same.bytes)
        entries.append(device.capture("note.add", {"text": f"检查员{inspector}"}, visit=world.visit))
        answer = await world.push(device, entries[-1])
        assert {verdict.verdict.takes_custody for verdict in answer.verdicts} == {True}
    ids = {parse_header(parse_line(entry.line.encode())).id for entry in entries}
    assert len(ids) == 1
    assert len({entry.hash for entry in entries}) == 2
    stored = await entries_by_hash([entry.hash for entry in entries])
    assert [stored[entry.hash].vseq for entry in entries] == [1, 2]
    assert [stored[entry.hash].header for entry in entries] == [
        parse_line(entry.line.encode()).p.encode() for entry in entries
    ]
    assert Reason.ID_REUSE in stored[entries[1].hash].reasons
    record = (await fold_visit(await known_visit(world.visit))).record
    assert {note.hash for note in record.notes} == {entry.hash for entry in entries}
