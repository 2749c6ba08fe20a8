"""泉州 二(三)2: the last team keeps its object, within a share, for a few periods, and never at the cost of a complete
match.
"""

from dataclasses import replace
from fractions import Fraction

import pytest

from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.continuity import beginning, kept_doors
from inspection.draw.teams.problem import Problem, pose
from inspection.draw.teams.roster import Past, Relation, RosterRow, build_roster
from inspection.draw.teams.rules import GROUPED, Continuity, MatchRules, Seat
from inspection.draw.teams.staffing import How, Staffing, staff
from tests.inspection.draw.crowds import KEY, Case, H, crowded

SEED = b"c" * 32
ROWS = [RosterRow(f"p{n}", "", True, ("商务执法",)) for n in range(8)]
PAST = [Past(f"o{n}", (f"p{n % 4}", f"p{n % 4 + 4}"), 1) for n in range(10)]
ALL = MatchRules(seats=(Seat(required=("商务执法",)),), continuity=Continuity(Fraction(1), 2))


def doors(count: int = 10) -> list[DoorLot]:
    return [DoorLot(H(b"%d" % number), f"o{number}", number, (0,), None) for number in range(count)]


def match(rules: MatchRules, rows=ROWS, past=PAST, ties=(), count: int = 10) -> Staffing:
    return staff(H, SEED, KEY, doors(count), build_roster(rows, ties, past), rules)


def kept(done: Staffing) -> set[str]:
    """The objects that kept their team, which is then just that team."""
    found = set()
    last = {past.oid: set(past.team) for past in PAST}
    for number, door in enumerate(done.doors):
        ways = {one.how for one in done.team(number)}
        assert len(ways) == 1
        if ways == {How.CONTINUITY}:
            found.add(door.oid)
            assert {one.inspector for one in done.team(number)} == last[door.oid]
    return found


def test_the_last_team_goes_again() -> None:
    assert kept(match(ALL)) == {f"o{n}" for n in range(10)}
    assert kept(match(replace(ALL, continuity=None))) == set()


@pytest.mark.parametrize(("share", "most"), [(Fraction(0), 0), (Fraction(3, 10), 3), (Fraction(1, 3), 3), (1, 10)])
def test_no_more_doors_are_kept_than_the_share_rounded_down(share: Fraction, most: int) -> None:
    done = match(replace(ALL, continuity=Continuity(Fraction(share), 2)))
    assert kept(done) == {door.oid for door in done.doors[:most]}


def test_a_team_that_had_its_periods_rotates() -> None:
    past = [replace(last, periods=2 if last.oid < "o5" else 1) for last in PAST]
    assert kept(match(ALL, past=past)) == {f"o{n}" for n in range(5, 10)}


def test_a_team_of_whom_somebody_may_not_go_any_more_is_no_team() -> None:
    rows = [replace(ROWS[0], certified=False), replace(ROWS[1], qualifications=()), *ROWS[2:]]
    gone = {"o0", "o4", "o8", "o1", "o5", "o9"}  # their teams hold p0 or p1
    ties = [Relation("p2", "o2", "declared")]
    assert kept(match(ALL, rows=rows, ties=ties)) == {f"o{n}" for n in range(10)} - gone - {"o2"}


def test_a_team_of_another_size_is_no_team() -> None:
    past = [Past("o0", ("p0",), 1), Past("o1", ("p0", "p1", "p2"), 1), Past("o2", (), 1)]
    assert kept(match(ALL, past=past)) == set()


def test_the_agreed_load_binds_continuity_too() -> None:
    past = [Past(f"o{n}", ("p0", "p1"), 1) for n in range(10)]
    done = match(replace(ALL, max_load=3), past=past)
    assert not done.short
    assert sum(team[0].how is How.CONTINUITY for team in done.teams) == 3
    assert max(done.loads.values()) == 3


def test_a_team_is_given_back_when_another_door_would_stay_empty() -> None:
    # Only p0 and p1 may go to o1; they were at o0 last, where everybody may go.
    ties = [Relation(f"p{n}", "o1", "declared") for n in range(2, 8)]
    done = match(replace(ALL, max_load=1), past=[Past("o0", ("p0", "p1"), 1)], ties=ties, count=2)
    assert (done.short, done.how["continuity"]) == ((), 0)


def problem_of(case: Case) -> Problem:
    return pose(H, case.seed, KEY, case.doors, case.roster, case.rules)


def test_no_more_is_given_back_than_has_to_be() -> None:
    """Every longer beginning of the doors that could be kept leaves the rest incomplete."""
    cut = {GROUPED: 0, "scattered": 0}
    for number in range(400):
        case = crowded(number)
        if case.rules.continuity is None:
            continue
        posed = problem_of(case)
        wanted = kept_doors(case.rules.continuity, posed.crowd, posed.doors, posed.last, posed.cap)
        done = staff(H, case.seed, KEY, case.doors, case.roster, case.rules)
        if done.short:
            assert staff(H, case.seed, KEY, case.doors, case.roster, replace(case.rules, continuity=None)).short
            continue
        length = sum(team[0].how is How.CONTINUITY for team in done.teams)
        for longer in range(length + 1, len(wanted) + 1):
            teams, complete = posed._rest(beginning(wanted, longer))
            assert not complete, (number, teams)
        cut[case.rules.mode] += length < len(wanted)
    assert min(cut.values()) > 0
