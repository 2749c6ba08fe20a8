"""From doors and roster to teams: who may go where, who never does, and that nobody is favoured."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot.digest import Hash
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.roster import Relation, Roster, RosterRow, build_roster
from inspection.draw.teams.rules import MatchRules, Seat, seats_at
from inspection.draw.teams.staffing import How, Staffing, match_root, staff
from tests.inspection.draw.crowds import KEY, Case, H, crowded, lots, match_rules, rosters
from tests.inspection.draw.rehearsal import rehearse

SEED = b"e" * 32


def door(number: int, tasks: tuple[int, ...] = (0,), area: str | None = None) -> DoorLot:
    return DoorLot(H(b"%d" % number), f"o{number}", number, tasks, area)


def people(*rows: RosterRow, ties: tuple[Relation, ...] = ()) -> Roster:
    return build_roster(rows, ties)


def match(doors: list[DoorLot], roster: Roster, rules: MatchRules) -> Staffing:
    return staff(H, SEED, KEY, doors, roster, rules)


def sent(done: Staffing) -> set[str]:
    return {one.inspector for team in done.teams for one in team}


def made(case: Case, h: Hash = H) -> dict[str, list[str]]:
    done = staff(h, case.seed, KEY, case.doors, case.roster, case.rules)
    return {door.oid: [one.inspector for one in done.team(n)] for n, door in enumerate(done.doors)}


def test_only_the_certified_and_qualified_may_inspect() -> None:
    roster = people(
        RosterRow("a", "", True, ("商务执法",)),
        RosterRow("b", "", True, ("商务执法", "价格")),
        RosterRow("c", "", True, ("价格",)),
        RosterRow("d", "", False, ("商务执法",)),
    )
    done = match([door(n) for n in range(6)], roster, MatchRules(seats=(Seat(required=("商务执法",)),)))
    assert (sent(done), done.short) == ({"a", "b"}, ())


@pytest.mark.parametrize("seed", range(40))
def test_a_recused_inspector_is_never_drawn(seed: int) -> None:
    done = rehearse(key=bytes([seed]) * 32)
    barred = {(tie.inspector, tie.oid) for tie in done.roster.relations}
    assert barred
    doors = enumerate(done.staffing.doors)
    assert not {(one.inspector, door.oid) for n, door in doors for one in done.staffing.team(n)} & barred


def test_inspectors_go_to_their_areas_only_where_areas_bind() -> None:
    roster = people(*(RosterRow(f"p{n}", "", True, areas=(("东区",), ("西区",), ())[n % 3]) for n in range(6)))
    doors = [door(0, area="东区"), door(1, area="西区"), door(2)]
    here = {row.inspector: row.areas for row in roster.rows}
    for seed in range(20):
        done = staff(H, bytes([seed]) * 32, KEY, doors, roster, MatchRules(area=True))
        for number, lot in enumerate(done.doors):
            assert all(not here[one.inspector] or lot.area in {None, *here[one.inspector]} for one in done.team(number))
    assert sent(match(doors, roster, MatchRules(max_load=1))) == set(here)


def test_every_department_sends_somebody_to_a_joint_visit() -> None:
    roster = people(*(RosterRow(f"{unit}{n}", unit, True) for unit in "甲乙丙" for n in range(3)))
    seats = (Seat((0,), "甲"), Seat((1,), "乙"), Seat((2,), "丙", slots=3))
    doors = [door(0, (0, 1, 2)), door(1, (0, 1)), door(2, (1,)), door(3, (1, 2))]
    done = match(doors, roster, MatchRules(seats=seats))
    units = {lot.oid: "".join(sorted(one.inspector[0] for one in done.team(n))) for n, lot in enumerate(done.doors)}
    assert units == {"o0": "丙乙甲", "o1": "乙甲", "o2": "乙乙", "o3": "丙乙乙"}


def test_a_door_has_as_many_slots_as_its_largest_seat_and_one_for_each() -> None:
    seats = (Seat((0,), slots=2, experts=2), Seat((1,), slots=3, experts=1), Seat((1, 2), slots=1))
    told = {tasks: [(s.slots, s.experts, s.first) for s in seats_at(seats, tasks)] for tasks in ((0,), (0, 1), (2,))}
    assert told == {(0,): [(2, 2, 0)], (0, 1): [(1, 1, 0), (1, 1, 1), (1, 0, 2)], (2,): [(1, 0, 0)]}


def test_experts_sit_where_they_are_asked_for() -> None:
    roster = people(*(RosterRow(f"p{n}", "", True, (), ("成品油",) if n < 3 else ()) for n in range(9)))
    rules = MatchRules(seats=(Seat(slots=3, experts=1, expertise="成品油"),))
    done = match([door(n) for n in range(8)], roster, rules)
    assert not done.short
    assert all({one.inspector for one in team} & {"p0", "p1", "p2"} for team in done.teams)


def test_a_candidate_list_of_exactly_the_size_of_a_team_is_told_as_designation() -> None:
    rows = [RosterRow(f"p{n}", "", True, candidate=n < 3) for n in range(6)]
    tied = people(*rows, ties=(Relation("p0", "o1", "declared"),))
    done = match([door(0), door(1)], tied, MatchRules(candidates=3))
    how = {lot.oid: {one.how for one in done.team(n)} for n, lot in enumerate(done.doors)}
    assert sent(done) <= {"p0", "p1", "p2"}
    assert how == {"o0": {How.LOT}, "o1": {How.DESIGNATED}}
    assert done.how == {"lot": 2, "continuity": 0, "designated": 2}
    assert match([door(0)], people(*rows[:2]), MatchRules()).how["designated"] == 0


def test_too_few_are_told_by_door_and_give_no_team() -> None:
    done = match([door(0), door(1)], people(RosterRow("a", "", True)), MatchRules())
    assert done.short == (0, 1)


@settings(max_examples=50)
@given(lots(), rosters(), match_rules(), st.randoms(use_true_random=False))
def test_the_order_of_lists_and_doors_changes_nothing(doors, roster, rules, rng) -> None:
    lists = [list(rows) for rows in (doors, roster.rows, roster.relations, roster.history)]
    for rows in lists:
        rng.shuffle(rows)
    again = staff(H, SEED, KEY, lists[0], build_roster(*lists[1:]), rules)
    assert again == staff(H, SEED, KEY, doors, roster, rules)


def swapped(one: str, other: str) -> Hash:
    """The hash under which two people have each other's secret salt."""
    names = {f"I:{one}".encode(): f"I:{other}".encode(), f"I:{other}".encode(): f"I:{one}".encode()}

    def h(data: bytes) -> bytes:
        name = data[1 + len(KEY) :]
        return H(data[: 1 + len(KEY)] + names[name]) if data[:1] == b"\x10" and name in names else H(data)

    return h


@pytest.mark.parametrize("number", range(60))
def test_two_people_of_the_same_eligibility_change_places_with_their_lots(number: int) -> None:
    """Nothing but the secret salt tells them apart: so both have the same chance of every door (draw.md §4.11)."""
    case = crowded(number)
    one, other = random.Random(number).sample([row.inspector for row in case.roster.rows], 2)
    kind = next(row for row in case.roster.rows if row.inspector == one)
    rows = [replace(kind, inspector=other) if row.inspector == other else row for row in case.roster.rows]
    ties = [tie for tie in case.roster.relations if tie.inspector not in {one, other}]
    past = [last for last in case.roster.history if not {one, other} & set(last.team)]
    alike = replace(case, roster=build_roster(rows, ties, past))
    names = {one: other, other: one}
    mirrored = made(alike, swapped(one, other))
    if not staff(H, case.seed, KEY, alike.doors, alike.roster, alike.rules).short:
        assert made(alike) == {oid: [names.get(p, p) for p in team] for oid, team in mirrored.items()}


def test_the_root_of_the_match_changes_with_every_place_and_names_nobody() -> None:
    done = rehearse().staffing
    root = match_root(H, KEY, done)
    first = done.teams[0]
    others = [
        replace(done, teams=((first[1], first[0]), *done.teams[1:])),
        replace(done, teams=((replace(first[0], how=How.CONTINUITY), *first[1:]), *done.teams[1:])),
        replace(done, teams=((replace(first[0], inspector="x"), *first[1:]), *done.teams[1:])),
    ]
    assert len({root, *(match_root(H, KEY, other) for other in others)}) == 4
    assert match_root(H, KEY, done) != match_root(H, b"k" * 32, done)
