"""The times of a visit from what its tablets prove, over the protocol; and that telling them changes nothing."""

from datetime import timedelta
from uuid import UUID

import pytest

from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.timing.interval import ClockFlag
from inspection.visits.timing.together import Together
from mobile_contract.base import b64url
from mobile_contract.client import Device
from mobile_contract.client.state import Captured
from sync.log import visit_times as told
from sync.log.heads import EVERY, sign_head
from sync.log.sequence import sequence
from sync.log.visit_times import VisitTimes, visit_times
from tests.sync.world import CK, World, note


def step(device: Device, visit: UUID, type_: str) -> Captured:
    return device.capture(type_, {"no_fix": "no signal"}, visit=visit, ck=CK)


def of(times: VisitTimes, entry: Captured) -> tuple[object, object]:
    timing = next(one.timing for one in times.entries if one.hash == entry.hash)
    return timing.not_before, timing.not_after


async def online(world: World, device: Device, *types: str) -> list[Captured]:
    """Each step with a fresh anchor before it and a push right after it."""
    taken = []
    async with world.session(device) as session:
        for type_ in types:
            await session.fetch_anchor()
            taken.append(step(device, world.visit, type_))
            await session.push()
    return taken


async def test_two_tablets_online_prove_that_their_inspectors_were_together(world: World) -> None:
    one, other = await world.tablet(0), await world.tablet(1)
    [arrived] = await online(world, one, "arrive")
    await online(world, other, "arrive")
    await online(world, one, "leave")
    await online(world, other, "leave")
    times = await visit_times(world.keys, world.visit)
    [pair] = times.together
    assert pair.together is Together.PROVEN
    assert {pair.one, pair.other} == set(world.inspectors)
    not_before, not_after = of(times, arrived)
    assert timedelta(0) < not_after - not_before < timedelta(minutes=1)


async def test_one_who_left_provably_before_the_other_arrived_contradicts_it(world: World) -> None:
    one, other = await world.tablet(0), await world.tablet(1)
    await online(world, one, "arrive", "leave")
    await online(world, other, "arrive", "leave")
    times = await visit_times(world.keys, world.visit)
    assert [pair.together for pair in times.together] == [Together.CONTRADICTED]


async def test_days_offline_leave_it_possible_and_a_missing_arrival_unrecorded(world: World) -> None:
    one, other = await world.tablet(0), await world.tablet(1)
    lines = [step(one, world.visit, "arrive"), step(one, world.visit, "leave")]
    world.now += timedelta(days=3)
    await world.push(one, *lines)
    times = await visit_times(world.keys, world.visit)
    assert [pair.together for pair in times.together] == [Together.UNRECORDED]
    await world.push(other, step(other, world.visit, "arrive"), step(other, world.visit, "leave"))
    times = await visit_times(world.keys, world.visit)
    assert [pair.together for pair in times.together] == [Together.POSSIBLE]


async def test_neighbours_of_other_visits_prove_for_this_one(world: World) -> None:
    """An anchor in an entry of another visit before, and the receipt of one after it."""
    device, elsewhere = await world.tablet(), await world.add_visit()
    async with world.session(device) as session:
        await session.fetch_anchor()
        anchored = world.now
        before = note(device, elsewhere)
        here = note(device, world.visit)
        after = note(device, elsewhere)
    await world.push(device, before, after)
    received = world.now
    world.now += timedelta(days=2)
    await world.push(device, here)
    times = await visit_times(world.keys, world.visit)
    not_before, not_after = of(times, here)
    assert (not_before, not_after) == (anchored, received)
    assert len(times.entries) == 1


async def test_a_tree_head_in_a_header_proves_that_it_was_made_after_the_head(world: World) -> None:
    device = await world.tablet()
    await world.push(device, note(device, world.visit))
    await sequence(world.cmd())
    world.now += EVERY
    head = await sign_head(world.cmd(), keys=world.keys)
    assert head is not None
    device.witness.saw(head.size, b64url(head.root), head.history)
    late = note(device, world.visit)
    device.witness.saw(99, b64url(bytes(32)), head.history)
    made_up = note(device, world.visit)
    await world.push(device, *device.outbox())
    times = await visit_times(world.keys, world.visit)
    assert of(times, late)[0] == head.signed_at
    assert of(times, made_up)[0] == head.signed_at


async def test_telling_the_times_changes_nothing_of_the_record(world: World) -> None:
    device = await world.tablet()
    await online(world, device, "arrive", "leave")
    before = (await fold_visit(await known_visit(world.visit))).digest
    times = await visit_times(world.keys, world.visit)
    # The world's tablets live three years ago: that is seen, and counts for nothing.
    assert all(ClockFlag.WALL_OFF in one.timing.flags for one in times.entries)
    assert (await fold_visit(await known_visit(world.visit))).digest == before


@pytest.mark.parametrize("others", [10, 300])
async def test_the_cost_is_that_of_the_visit_and_its_neighbours(
    world: World, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    device, elsewhere = await world.tablet(), await world.add_visit()
    await world.push(device, note(device, world.visit))
    for start in range(0, others, 250):
        await world.push(device, *(note(device, elsewhere) for _ in range(min(250, others - start))))
    rows: list[int] = []
    honest = told.stretch

    async def counting(*place: object) -> object:
        found = await honest(*place)  # type: ignore[arg-type]
        rows.append(len(found))
        return found

    monkeypatch.setattr(told, "stretch", counting)
    await visit_times(world.keys, world.visit)
    assert sum(rows) <= told.REACH + 1
