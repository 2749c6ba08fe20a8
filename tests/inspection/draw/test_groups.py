"""分组: teams dealt by lot, then sent to doors as they are."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.crowd import Crowd, in_lot_order
from inspection.draw.teams.groups import form_teams
from inspection.draw.teams.roster import Relation, Roster, RosterRow, build_roster
from inspection.draw.teams.rules import GROUPED, MatchRules, Seat
from inspection.draw.teams.staffing import staff
from tests.inspection.draw.crowds import KEY, H, match_rules, rosters

SEED = b"g" * 32


def crowd_of(roster: Roster, rules: MatchRules, seed: bytes = SEED) -> Crowd:
    return Crowd(in_lot_order(H, seed, KEY, roster.rows), roster, rules)


def doors(count: int, tasks: tuple[int, ...] = (0,)) -> list[DoorLot]:
    return [DoorLot(H(b"%d" % number), f"o{number}", number, tasks, None) for number in range(count)]


@settings(max_examples=60)
@given(rosters(people=14), match_rules(), st.integers(0, 255))
def test_everybody_who_may_go_is_in_one_team_and_teams_are_of_one_size_or_one_more(
    roster: Roster, rules: MatchRules, seed: int
) -> None:
    crowd = crowd_of(roster, rules, bytes([seed]) * 32)
    pooled = sorted({one for seat in rules.seats for one in crowd.able(seat)})
    teams = form_teams(crowd)
    assert len(teams) == len(pooled) // rules.group_size
    if teams:
        assert sorted(one for team in teams for one in team) == pooled
        sizes = {len(team) for team in teams}
        assert min(sizes) >= rules.group_size
        assert max(sizes) - min(sizes) <= 1


@settings(max_examples=50)
@given(rosters(people=14), st.integers(1, 4), st.integers(0, 255))
def test_every_team_has_a_leader_while_there_are_enough(roster: Roster, size: int, seed: int) -> None:
    crowd = crowd_of(roster, MatchRules(GROUPED, group_size=size), bytes([seed]) * 32)
    teams = form_teams(crowd)
    leaders = {number for number, row in enumerate(crowd.rows) if row.leader}
    led = sum(bool(set(team) & leaders) for team in teams)
    assert led == min(len(teams), len(leaders))


@settings(max_examples=50)
@given(st.integers(3, 6), st.integers(0, 3), st.integers(0, 255))
def test_every_department_is_in_every_team_while_it_has_people(teams: int, more: int, seed: int) -> None:
    rows = [RosterRow(f"甲{n}", "甲", True, leader=True) for n in range(teams + more)]
    rows += [RosterRow(f"乙{n}", "乙", True) for n in range(teams)]
    rules = MatchRules(GROUPED, seats=(Seat((0,), "甲", slots=1), Seat((1,), "乙", slots=1)), group_size=2)
    crowd = crowd_of(build_roster(rows), rules, bytes([seed]) * 32)
    formed = form_teams(crowd)
    units = [Counter(crowd.rows[one].unit for one in team) for team in formed]
    # Departments come before size: a team without one of them could go nowhere.
    assert sum(bool(unit["乙"]) for unit in units) >= min(teams, len(formed)) - more
    assert sum(unit["乙"] for unit in units) == teams


def test_what_is_scarcest_is_dealt_before_what_is_plenty() -> None:
    # Three experts of 价格 and six of 成品油: every team needs one of each.
    rows = [RosterRow(f"p{n}", "", True, (), ("价格",) if n < 3 else ("成品油",)) for n in range(9)]
    seats = (Seat((0,), None, (), 2, 1, "成品油"), Seat((0,), None, (), 1, 1, "价格"))
    crowd = crowd_of(build_roster(rows), MatchRules(GROUPED, seats=seats, group_size=3))
    told = [sorted(crowd.rows[one].expertise[0] for one in team) for team in form_teams(crowd)]
    assert told == [["价格", "成品油", "成品油"]] * 3


@pytest.mark.parametrize("seed", range(30))
def test_the_people_of_a_door_are_of_one_team_and_a_relation_keeps_the_whole_team_away(seed: int) -> None:
    rows = [RosterRow(f"p{n}", "", True) for n in range(8)]
    roster = build_roster(rows, [Relation("p0", "o1", "declared")])
    rules = MatchRules(GROUPED, group_size=2)
    key = bytes([seed]) * 32
    crowd = crowd_of(roster, rules, key)
    teams = {frozenset(crowd.rows[one].inspector for one in team) for team in form_teams(crowd)}
    done = staff(H, key, KEY, doors(6), roster, rules)
    sent = {lot.oid: frozenset(one.inspector for one in done.team(n)) for n, lot in enumerate(done.doors)}
    assert set(sent.values()) <= teams
    assert "p0" not in sent["o1"]
    assert not sent["o1"] & next(team for team in teams if "p0" in team)


def test_members_of_a_team_that_is_larger_than_a_door_take_turns() -> None:
    roster = build_roster([RosterRow(f"p{n}", "", True) for n in range(3)])
    done = staff(H, SEED, KEY, doors(9), roster, MatchRules(GROUPED, group_size=3))
    assert sorted(done.loads.values()) == [6, 6, 6]


def test_no_team_takes_more_doors_than_agreed() -> None:
    roster = build_roster([RosterRow(f"p{n}", "", True) for n in range(6)])
    rules = MatchRules(GROUPED, group_size=2, max_load=2)
    done = staff(H, SEED, KEY, doors(6), roster, rules)
    assert not done.short
    assert set(done.loads.values()) == {2}
    assert staff(H, SEED, KEY, doors(6), roster, replace(rules, max_load=1)).short


def test_fewer_people_than_a_team_can_go_nowhere() -> None:
    roster = build_roster([RosterRow("p0", "", True)])
    assert staff(H, SEED, KEY, doors(2), roster, MatchRules(GROUPED, group_size=2)).short == (0, 1)
