"""The frozen lists of people: one spelling in any order, read back as they were, never to be read in two ways."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.teams.roster import (
    Past,
    Relation,
    Roster,
    RosterRow,
    build_roster,
    listing,
    listing_root,
    read_roster,
)
from tests.inspection.draw.crowds import KEY, H, rosters


@settings(max_examples=60)
@given(rosters(), st.randoms(use_true_random=False))
def test_the_order_of_the_lists_does_not_matter(roster: Roster, rng) -> None:
    lists = [list(rows) for rows in (roster.rows, roster.relations, roster.history)]
    for rows in lists:
        rng.shuffle(rows)
    again = build_roster(*lists)
    assert again == roster
    assert listing_root(H, KEY, again.rows) == listing_root(H, KEY, roster.rows)


@settings(max_examples=60)
@given(rosters())
def test_stored_lists_come_back_as_they_were(roster: Roster) -> None:
    stored = [listing(rows) for rows in (roster.rows, roster.relations, roster.history)]
    again = read_roster(*stored)
    assert [listing(rows) for rows in (again.rows, again.relations, again.history)] == stored
    assert again.relations == roster.relations
    assert read_roster(b"", b"") == build_roster([], [])


def test_a_line_holds_every_field() -> None:
    row = RosterRow("p1", "一科", True, ("b", "a"), ("专",), ("东区", "东北"), leader=True)
    assert row.line().decode() == "I:p1\t一科\t1\ta,b\t专\t东北,东区\t1\t0"
    assert Past("9137", ("p2", "p1"), 3).line() == b"9137\tI:p1,I:p2\t3"
    assert Relation("p1", "9137", "declared").line() == b"I:p1\t9137\tdeclared"


@pytest.mark.parametrize(
    ("rows", "ties", "history"),
    [
        ([RosterRow("a", "", True), RosterRow("a", "x", True)], [], []),
        ([RosterRow("a\tb", "", True)], [], []),
        ([RosterRow("a,b", "", True)], [], []),
        ([RosterRow("a", "u\n", True)], [], []),
        ([RosterRow("a", "", True, ("x,y",))], [], []),
        ([RosterRow("a", "", True, areas=("",))], [], []),
        ([], [Relation("a", "o", "r"), Relation("a", "o", "r")], []),
        ([], [Relation("a", "o", "")], []),
        ([], [], [Past("o", ("a",), 1), Past("o", ("b",), 1)]),
        ([], [], [Past("o", ("a", "a"), 1)]),
        ([], [], [Past("o\t", ("a",), 1)]),
    ],
)
def test_lists_that_could_be_read_in_two_ways_are_refused(rows, ties, history) -> None:
    with pytest.raises(ValueError, match=r"twice|plain text"):
        build_roster(rows, ties, history)
