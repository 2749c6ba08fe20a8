"""Seating: complete whenever it can be, nobody twice at a door, quotas of experts, loads, people who move."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.teams.lots import lot_pick
from inspection.draw.teams.matching import Door, Instance, Seating, Wanted, feasible, match, pool
from tests.inspection.draw.crowds import H, complete_match_exists, instances, some_pick


def lots(instance: Instance, seed: int = 0, delta: int = 1) -> Seating:
    salts = [number.to_bytes(16, "big") for number in range(len(instance.doors))]
    return match(instance, lot_pick(H, bytes([seed]) * 32, salts), delta)


def door(slots: int, people: tuple[int, ...], experts: int = 0, expert: tuple[int, ...] = ()) -> Door:
    return Door((Wanted(pool(people, expert), slots, experts),))


def check_legal(instance: Instance, seating: Seating) -> None:
    loads = Counter(dict(enumerate(instance.loads)))
    for number, here in enumerate(instance.doors):
        team = seating.team(number)
        assert len(set(team)) == len(team)
        assert not set(team) & set(here.barred)
        loads.update(team)
        for seat, people in zip(here.seats, seating.teams[number], strict=True):
            assert len(people) <= seat.slots
            assert set(people) <= seat.pool.anyone
            assert len(set(people) - seat.pool.expert) <= seat.slots - seat.experts
    assert all(loads[one] <= max(instance.cap, *instance.loads) for one in range(instance.people))
    assert seating.load.tolist() == [loads[one] for one in range(instance.people)]


@settings(max_examples=150)
@given(instances(), st.integers(0, 255), st.integers(0, 2))
def test_a_match_is_complete_exactly_when_one_exists(instance: Instance, seed: int, delta: int) -> None:
    seating = lots(instance, seed, delta)
    check_legal(instance, seating)
    assert seating.complete == complete_match_exists(instance) == feasible(instance)


@settings(max_examples=60)
@given(instances(people=12, doors=14), st.integers(0, 255))
def test_no_other_picks_staff_more_places(instance: Instance, seed: int) -> None:
    """Every run ends with a maximum match, so all runs fill the same number of places."""
    filled = {lots(instance, s).size for s in (seed, seed ^ 1, seed ^ 7)}
    filled |= {match(instance, lambda _d, _s, n: n - 1, 0).size, match(instance, some_pick(seed), 5).size}
    assert len(filled) == 1


def test_two_places_of_one_door_are_two_people() -> None:
    seating = lots(Instance((door(2, (0,)),), 1, 9))
    assert seating.team(0) == (0,)
    assert seating.short == (0,)


def test_one_person_never_sits_for_two_departments_at_one_door() -> None:
    both = Door((Wanted(pool((0,)), 1), Wanted(pool((0,)), 1)))
    assert lots(Instance((both,), 1, 9)).size == 1


def test_somebody_moves_to_another_seat_of_the_same_door_when_only_that_helps() -> None:
    # 0 may sit for either department, 1 for the first only.
    both = Door((Wanted(pool((0, 1)), 1), Wanted(pool((0,)), 1)))
    for last in (False, True):
        seating = match(Instance((both,), 2, 1), lambda _d, _s, n, last=last: n - 1 if last else 0, 0)
        assert seating.team(0) == (1, 0)


def test_nobody_takes_more_doors_than_allowed() -> None:
    seating = lots(Instance(tuple(door(2, (0, 1, 2)) for _ in range(3)), 3, 2))
    assert seating.complete
    assert seating.load.tolist() == [2, 2, 2]


def test_a_full_inspector_is_moved_when_only_that_helps() -> None:
    # 0 may go anywhere, 1 only to the first door: taking 0 for the first door would leave the second one empty.
    instance = Instance((door(1, (0, 1)), door(1, (0,))), 2, 1)
    for last in (False, True):
        seating = match(instance, lambda _d, _s, n, last=last: n - 1 if last else 0, 0)
        assert [seating.team(0), seating.team(1)] == [(1,), (0,)]


def test_an_expert_place_is_never_taken_by_a_general() -> None:
    instance = Instance((door(2, (0, 1, 2), 1, (2,)), door(2, (0, 1, 2), 1, (2,))), 3, 1)
    seating = lots(instance)
    assert (len(seating.short), seating.size) == (1, 3)
    assert all(2 in seating.team(number) or len(seating.team(number)) < 2 for number in (0, 1))


def test_without_need_of_the_whole_it_stops_at_the_first_slot_that_stays_empty() -> None:
    instance = Instance((door(1, ()), door(1, (0,))), 1, 1)
    assert match(instance, some_pick(0), 0, whole=False).size == 0
    assert match(instance, some_pick(0), 0).size == 1


@pytest.mark.parametrize("delta", [0, 1, 4])
def test_loads_stay_together_within_delta_where_everybody_may_go_everywhere(delta: int) -> None:
    instance = Instance((door(2, tuple(range(20))),) * 100, 20, 200)
    seating = lots(instance, delta=delta)
    assert max(seating.load) - min(seating.load) <= 2 * (delta + 1)


def test_the_same_lots_give_the_same_match() -> None:
    instance = Instance(tuple(door(2, tuple(range(n % 3, 12))) for n in range(40)), 12, 8)
    assert lots(instance, 5).teams == lots(instance, 5).teams
    assert lots(instance, 5).teams != lots(instance, 6).teams


def test_no_doors_need_nobody() -> None:
    assert lots(Instance((), 2, 1)).complete
    assert feasible(Instance((), 0, 0))
