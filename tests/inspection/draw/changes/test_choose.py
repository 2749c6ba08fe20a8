"""A change by lot never makes a team that the match could not have made, and nobody can know it before its chance."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.changes.choose import partners, reseat, succeed, successors, swap
from inspection.draw.changes.event import Seated
from inspection.draw.changes.table import Bench, Table
from tests.inspection.draw.changes.tables import PEOPLE, H, door, lawful, pair, seeds, table_of, tables, value

E1, E2 = H(b"1"), H(b"2")


@given(table=tables, seed=seeds)
def test_a_swap_makes_no_conflict_and_keeps_all_loads(table: Table, seed: bytes) -> None:
    for here, slot, leaver in table.places():
        if not partners(table, here.value, slot):
            continue
        first, second = swap(H, seed, table, here.value, slot)
        after = table.after([first, second])
        assert after.loads() == table.loads()
        assert all(map(lawful, after.doors))
        assert (second.inspector, first.door, first.slot) == (leaver, here.value, slot)
        assert leaver not in after.door(here.value).team.values()
        assert first.inspector not in table.absent


@given(table=tables, seed=seeds)
def test_who_follows_fits_is_there_and_is_among_the_least_loaded(table: Table, seed: bytes) -> None:
    loads = table.loads()
    for here, slot, leaver in table.places():
        found = succeed(H, seed, table, here.value, slot)
        able = successors(H, seed, table, here.value, slot)
        assert (found.inspector is None) == (not able)
        if found.inspector is not None:
            assert found.inspector != leaver
            assert found.inspector not in table.absent
            assert table.cap is None or loads[found.inspector] < table.cap
            assert loads[found.inspector] <= min(loads[person] for person in able) + table.delta
        assert all(map(lawful, table.after([found]).doors))


@given(table=tables, seed=seeds, team=st.lists(st.sampled_from(PEOPLE), max_size=4, unique=True), at=st.integers(0, 99))
def test_doors_that_come_in_get_lawful_teams(table: Table, seed: bytes, team: list[str], at: int) -> None:
    coming = table.doors[at % len(table.doors)]
    places = reseat(H, seed, table, team, [coming.value])
    after = table.after(places)
    assert lawful(after.door(coming.value))
    assert [place.slot for place in places] == sorted(coming.slots)
    assert [one for one in after.doors if one.value != coming.value] == [
        one for one in table.doors if one.value != coming.value
    ]
    assert not set(after.door(coming.value).team.values()) & table.absent


def test_the_old_team_goes_to_the_door_that_comes_in() -> None:
    table = table_of(pair(2, ("p02", "p03")), replace(pair(9, ("", "")), team={}))
    assert reseat(H, E1, table, ["p00", "p01"], [value(9)]) == (Seated(value(9), 0, "p00"), Seated(value(9), 1, "p01"))


def test_who_sits_at_a_door_that_one_more_task_draws_stays() -> None:
    wider = door(9, [Bench((0, 1), frozenset(PEOPLE)), Bench((2,), frozenset(PEOPLE))], {0: "p05", 1: "p06"})
    places = reseat(H, E1, table_of(wider), ["p00", "p01"], [value(9)])
    assert [place.inspector for place in places] == ["p05", "p06", "p00"]


def test_whoever_may_not_go_to_the_new_object_is_replaced_by_lot() -> None:
    coming = replace(pair(9, ("", ""), frozenset({"p00"})), team={})
    first, second = reseat(H, E1, table_of(pair(2, ("p02", "p03")), coming), ["p00", "p01"], [value(9)])
    assert first.inspector == "p01"
    assert second.inspector not in {"p00", "p01", None}


def test_nobody_swaps_with_a_door_that_was_visited() -> None:
    visited = replace(pair(2, ("p02", "p03")), closed=True)
    assert partners(table_of(pair(1, ("p00", "p01")), visited), value(1), 0) == ()
    assert partners(table_of(replace(pair(1, ("p00", "p01")), closed=True), pair(2, ("p02", "p03"))), value(1), 0) == ()


def test_a_partner_is_at_neither_door_twice() -> None:
    table = table_of(pair(1, ("p00", "p01")), pair(2, ("p01", "p02")))
    assert [there.team[slot] for there, slot in partners(table, value(1), 0)] == ["p02"]


def test_without_a_partner_the_place_is_drawn_anew() -> None:
    (only,) = swap(H, E1, table_of(pair(1, ("p00", "p01"))), value(1), 0)
    assert only.inspector in set(PEOPLE) - {"p00", "p01"}


def test_where_nobody_fits_the_place_stays_empty() -> None:
    alone = door(1, [Bench((0, 1), frozenset({"p00", "p01"}))], {0: "p00", 1: "p01"})
    assert succeed(H, E1, table_of(alone), value(1), 0) == Seated(value(1), 0, None)


def test_the_only_expert_is_followed_by_an_expert() -> None:
    expert = frozenset({"p00", "p05"})
    made = door(1, [Bench((0, 1), frozenset(PEOPLE), expert, 1)], {0: "p00", 1: "p01"})
    assert successors(H, E1, table_of(made), value(1), 0) == ("p05",)
    assert len(successors(H, E1, table_of(made), value(1), 1)) == len(PEOPLE) - 2


def test_the_load_cap_of_the_match_holds() -> None:
    doors = [pair(1, ("p00", "p01")), pair(2, ("p02", "p03"))]
    full = table_of(*doors, cap=1)
    assert set(successors(H, E1, full, value(1), 0)) == set(PEOPLE[4:])


@pytest.mark.parametrize("slot", [0, 1])
def test_another_chance_gives_another_order(slot: int) -> None:
    table = table_of(pair(1, ("p00", "p01")), delta=5)
    first, second = (successors(H, seed, table, value(1), slot) for seed in (E1, E2))
    assert sorted(first) == sorted(second)
    assert first != second


def test_every_fitting_person_has_the_same_chance() -> None:
    table = table_of(pair(1, ("p00", "p01")))
    counts = dict.fromkeys(PEOPLE[2:], 0)
    for number in range(7000):
        found = succeed(H, H(str(number).encode()), table, value(1), 0).inspector
        assert found is not None
        counts[found] += 1
    # Chi-square with 6 degrees of freedom; 38.26 is the point at one in a million.
    assert sum((n - 1000) ** 2 / 1000 for n in counts.values()) < 38.26
