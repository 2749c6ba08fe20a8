"""Before the ceremony: every object looked at, and the mix to be expected as one flow."""

from fractions import Fraction

from inspection.draw.frozen.outlook import outlook
from inspection.draw.teams.roster import Relation, RosterRow, build_roster
from inspection.draw.teams.rules import GROUPED, MatchRules, Seat, Where

ONE = {(0, 0, 1): Fraction(1, 2)}
HERE = Where(((0, 0, 1),), "东区")


def people(count: int, area: str = "东区") -> list[RosterRow]:
    return [RosterRow(f"{area}{n}", "", True, ("商务执法",), (), (area,)) for n in range(count)]


def test_every_object_that_could_not_be_staffed_is_counted() -> None:
    ties = [Relation(f"东区{n}", "o3", "declared") for n in range(3)]
    roster = build_roster(people(4), ties)
    ahead = outlook(roster, MatchRules(), [(None, HERE, 9), ("o3", HERE, 1)], ONE)
    assert (ahead.people, ahead.unstaffable, ahead.doors, ahead.places, ahead.good) == (4, 1, 5, 10, False)
    assert outlook(build_roster(people(4), ties[:2]), MatchRules(), [(None, HERE, 9), ("o3", HERE, 1)], ONE).good


def test_places_to_be_expected_must_not_exceed_what_people_can_take() -> None:
    roster = build_roster(people(4))
    assert outlook(roster, MatchRules(max_load=3), [(None, HERE, 12)], ONE).good
    ahead = outlook(roster, MatchRules(max_load=2), [(None, HERE, 12)], ONE)
    assert (ahead.places, ahead.capacity, ahead.shortage.cap_needed, ahead.shortage.fits) == (12, 8, 3, 4)


def test_enough_in_all_may_be_too_few_in_one_area() -> None:
    roster = build_roster([*people(2), *people(8, "西区")])
    rows = [(None, HERE, 12), (None, Where(((0, 0, 1),), "西区"), 4)]
    rules = MatchRules(area=True, max_load=4)
    ahead = outlook(roster, rules, rows, ONE)
    assert ahead.capacity > ahead.places
    (found,) = ahead.shortage.bottlenecks
    assert (found.objects, found.places, found.people, found.short, found.cap) == (6, 12, 2, 4, 6)
    assert found.needs[0].area == "东区"
    assert outlook(roster, MatchRules(max_load=4), rows, ONE).good  # where areas do not bind


def test_doors_are_expected_in_fractions_and_told_in_whole_numbers() -> None:
    roster = build_roster(people(2))
    thirds = {(0, 0, 1): Fraction(1, 3)}
    assert outlook(roster, MatchRules(max_load=3), [(None, HERE, 9)], thirds).good
    ahead = outlook(roster, MatchRules(max_load=3), [(None, HERE, 10)], thirds)
    assert (ahead.doors, ahead.places, ahead.shortage.cap_needed) == (4, 7, 4)
    assert ahead.shortage.bottlenecks[0].short == 1


def test_a_joint_door_is_expected_as_often_as_its_rarer_task() -> None:
    # Task 0 draws half of the objects, task 1 a quarter: so a quarter is drawn for both, a quarter for task 0 alone.
    rows = [RosterRow(f"甲{n}", "甲", True) for n in range(4)] + [RosterRow("乙0", "乙", True)]
    rules = MatchRules(max_load=3, seats=(Seat((0,), "甲"), Seat((1,), "乙", slots=1)))
    cells = Where(((0, 0, 1), (1, 0, 1)), None)
    chances = {(0, 0, 1): Fraction(1, 2), (1, 0, 1): Fraction(1, 4)}
    assert outlook(build_roster(rows), rules, [(None, cells, 12)], chances).good
    ahead = outlook(build_roster(rows), rules, [(None, cells, 16)], chances)
    (found,) = ahead.shortage.bottlenecks
    assert (found.objects, found.places, found.people, found.needs[0].unit) == (4, 4, 1, "乙")


def test_what_cannot_be_drawn_needs_nobody() -> None:
    certain = {(0, 0, 1): Fraction(0)}
    ahead = outlook(build_roster([]), MatchRules(), [(None, HERE, 5)], certain)
    assert (ahead.people, ahead.doors, ahead.good) == (0, 0, True)


def test_teams_are_looked_at_as_teams() -> None:
    roster = build_roster(people(5), [Relation("东区0", "o1", "declared")])
    rules = MatchRules(GROUPED, group_size=2, max_load=3)
    ahead = outlook(roster, rules, [(None, HERE, 11), ("o1", HERE, 1)], ONE)
    assert ahead.good
    short = outlook(roster, rules, [(None, HERE, 14)], ONE)
    assert (short.shortage.teams, short.shortage.cap_needed) == (True, 4)
    alone = build_roster(people(2), [Relation("东区0", "o1", "declared")])
    assert outlook(alone, rules, [("o1", HERE, 1)], ONE).unstaffable == 1
