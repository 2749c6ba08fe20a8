"""Maximum flow and match must tell the same: two ways to the same number, one of them not ours."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.teams.feasibility import flow_of, kinds_of, least_cap
from inspection.draw.teams.matching import Door, Instance, Wanted, feasible, match, pool
from tests.inspection.draw.crowds import complete_match_exists, instances, some_pick


def counted(instance: Instance) -> list[tuple[Door, int]]:
    return [(door, count) for door, count, _ in kinds_of(instance.doors)]


@settings(max_examples=100)
@given(instances(people=8, doors=8, seats=3), st.integers(0, 255), st.integers(0, 2))
def test_a_match_is_as_large_as_the_maximum_flow(instance: Instance, salt: int, delta: int) -> None:
    fresh = replace(instance, loads=())
    flow = flow_of(fresh)
    assert flow.value == match(fresh, some_pick(salt), delta).size
    assert flow.demand == sum(door.slots for door in fresh.doors)


@settings(max_examples=100)
@given(instances())
def test_nothing_lacks_exactly_when_every_door_can_have_its_team(instance: Instance) -> None:
    fresh = replace(instance, loads=())
    assert (not flow_of(fresh).lacking) == complete_match_exists(fresh)


@settings(max_examples=80)
@given(instances(people=7, doors=7))
def test_the_least_cap_is_the_first_that_is_enough(instance: Instance) -> None:
    found = least_cap(counted(instance), instance.people, instance.cap)
    enough = range(instance.cap, max(instance.cap, len(instance.doors)) + 1)
    tried = (cap for cap in enough if feasible(replace(instance, loads=(), cap=cap)))
    assert found == next(tried, None)


def test_doors_that_need_the_same_are_counted_together() -> None:
    two, other = Door((Wanted(pool((0, 1)), 2),)), Door((Wanted(pool((0, 1)), 2),), (1,))
    assert [(count, places) for _, count, places in kinds_of([two, other, two])] == [(2, (0, 2)), (1, (1,))]


def test_the_cut_parts_what_is_independent() -> None:
    poor, alone, rich = pool((0, 1)), pool((2,)), pool((3, 4))
    doors = (*[Door((Wanted(poor, 2),))] * 4, Door((Wanted(alone, 2),)), Door((Wanted(rich, 2),)))
    cut = flow_of(Instance(doors, 5, 3)).cut()
    assert sorted((seat.kind, seat.short) for seat in cut.seats) == [(0, 2), (1, 1)]
    assert len({seat.part for seat in cut.seats}) == 2
    assert {tuple(people.tolist()) for people in cut.full.values()} == {(0, 1)}


def test_the_cut_tells_whether_only_experts_lack() -> None:
    experts_only = Door((Wanted(pool(range(6), (0,)), 2, 1),))
    (seat,) = flow_of(Instance((experts_only,) * 2, 6, 1)).cut().seats
    assert (seat.short, seat.experts_only) == (1, True)
    everybody = Door((Wanted(pool((0, 1), (0,)), 2, 1),))
    (seat,) = flow_of(Instance((everybody,) * 2, 2, 1)).cut().seats
    assert (seat.short, seat.experts_only) == (2, False)
