from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot.digest import hash_named
from inspection.draw.teams.matching import Door, Instance, Seating, feasible, lot_pick, match

H = hash_named("sha256")


def lots(instance: Instance, seed: int = 0) -> Seating:
    salts = [bytes([n % 256]) * 16 for n in range(len(instance.doors))]
    return match(instance, lot_pick(H, bytes([seed]) * 32, salts), delta=1)


@st.composite
def instances(draw: st.DrawFn, people: int = 5, doors: int = 4) -> Instance:
    n = draw(st.integers(0, people))
    made = []
    for _ in range(draw(st.integers(0, doors))):
        eligible = tuple(sorted(draw(st.sets(st.integers(0, n - 1)) if n else st.just(set()))))
        expert = frozenset(draw(st.sets(st.sampled_from(eligible)) if eligible else st.just(set())))
        slots = draw(st.integers(1, 3))
        made.append(Door(slots, eligible, draw(st.integers(0, min(slots, 2))), expert))
    return Instance(tuple(made), tuple(draw(st.integers(0, 3)) for _ in range(n)))


def complete_match_exists(instance: Instance) -> bool:
    """Tries every team for every door."""

    def fits(number: int, room: tuple[int, ...]) -> bool:
        if number == len(instance.doors):
            return True
        door = instance.doors[number]
        for team in combinations([p for p in door.eligible if room[p] > 0], door.slots):
            if sum(p in door.expert for p in team) < door.experts:
                continue
            if fits(number + 1, tuple(r - (p in team) for p, r in enumerate(room))):
                return True
        return False

    return fits(0, instance.caps)


def check_legal(instance: Instance, seating: Seating) -> None:
    loads: Counter[int] = Counter()
    for door, team in zip(instance.doors, seating.teams, strict=True):
        assert len(set(team)) == len(team) <= door.slots
        assert set(team) <= set(door.eligible)
        assert sum(p not in door.expert for p in team) <= door.slots - door.experts
        loads.update(team)
    assert all(loads[p] <= cap for p, cap in enumerate(instance.caps))
    assert seating.loads == [loads[p] for p in range(len(instance.caps))]


@settings(max_examples=200)
@given(instances(), st.integers(0, 255))
def test_a_match_is_complete_exactly_when_one_exists(instance: Instance, seed: int) -> None:
    seating = lots(instance, seed)
    check_legal(instance, seating)
    assert (not seating.short) == complete_match_exists(instance) == feasible(instance)


@settings(max_examples=60)
@given(instances(people=12, doors=14), st.integers(0, 255))
def test_no_other_picks_staff_more_places(instance: Instance, seed: int) -> None:
    """Every run ends with a maximum match, so all runs fill the same number of places."""
    filled = {sum(map(len, lots(instance, s).teams)) for s in (seed, seed ^ 1, seed ^ 7)}
    filled.add(sum(map(len, match(instance, lambda _d, _s, n: n - 1, 0).teams)))
    assert len(filled) == 1


def test_two_places_of_one_door_are_two_people() -> None:
    seating = lots(Instance((Door(2, (0,)),), (9,)))
    assert seating.teams == [[0]]
    assert seating.short == (0,)


def test_nobody_takes_more_doors_than_allowed() -> None:
    seating = lots(Instance(tuple(Door(2, (0, 1, 2)) for _ in range(3)), (2, 2, 2)))
    assert not seating.short
    assert seating.loads == [2, 2, 2]


def test_a_full_inspector_is_moved_when_only_that_helps() -> None:
    # 0 may go anywhere, 1 only to the first door: taking 0 for the first door would leave the second one empty.
    instance = Instance((Door(1, (0, 1)), Door(1, (0,))), (1, 1))
    for last in (False, True):
        seating = match(instance, lambda _d, _s, n, last=last: n - 1 if last else 0, 0)
        assert seating.teams == [[1], [0]]


def test_an_expert_place_is_never_taken_by_a_general() -> None:
    instance = Instance((Door(2, (0, 1, 2), 1, frozenset({2})), Door(2, (0, 1, 2), 1, frozenset({2}))), (2, 2, 1))
    seating = lots(instance)
    assert len(seating.short) == 1
    assert all(2 in team or len(team) < 2 for team in seating.teams)


@pytest.mark.parametrize("delta", [0, 1, 4])
def test_loads_stay_together_within_delta_where_everybody_may_go_everywhere(delta: int) -> None:
    instance = Instance(tuple(Door(2, tuple(range(20))) for _ in range(100)), (200,) * 20)
    salts = [n.to_bytes(16, "big") for n in range(100)]
    seating = match(instance, lot_pick(H, bytes(32), salts), delta)
    assert max(seating.loads) - min(seating.loads) <= 2 * (delta + 1)


def test_the_same_lots_give_the_same_match() -> None:
    instance = Instance(tuple(Door(2, tuple(range(n % 3, 12))) for n in range(40)), (8,) * 12)
    assert lots(instance, 5).teams == lots(instance, 5).teams
    assert lots(instance, 5).teams != lots(instance, 6).teams


def test_no_doors_need_nobody() -> None:
    assert lots(Instance((), (1, 1))).teams == []
    assert feasible(Instance((), ()))
