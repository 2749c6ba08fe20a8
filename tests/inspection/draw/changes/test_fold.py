"""Changes stand on top of the match, in the order in which they were settled."""

from datetime import UTC, datetime
from uuid import UUID

from inspection.draw.changes.event import Facts, Happened, Outcome, Seated, TicketIn
from inspection.draw.changes.fold import standing
from inspection.draw.changes.store import read_outcome
from inspection.draw.changes.terms import ChangeKind
from tests.inspection.draw.changes.tables import value

A, B, C = value(1), value(2), value(3)
CELLS = {A: {1: 1}, B: {1: 2, 2: 1}}
TEAMS = {A: {0: ("a", "lot"), 1: ("b", "continuity")}, B: {0: ("c", "lot"), 1: ("d", "lot")}}
AT = datetime(2026, 3, 2, tzinfo=UTC)


def happened(kind: ChangeKind, door: bytes, slot: int | None = 0, who: str | None = "a") -> Happened:
    return Happened(UUID(int=1), 1, kind, "kinship", door, slot, who, "someone", AT, b"b" * 16)


def after(*places: Seated, tickets: tuple[TicketIn, ...] = ()) -> Outcome:
    return Outcome(Facts(), places, tickets)


def test_a_swap_changes_two_places_and_nobody_comes_back() -> None:
    told = standing(CELLS, TEAMS, [(happened(ChangeKind.SWAP, A), after(Seated(A, 0, "c"), Seated(B, 0, "a")))])
    assert told.teams[A] == {0: ("c", "swap"), 1: ("b", "continuity")}
    assert told.teams[B] == {0: ("a", "swap"), 1: ("d", "lot")}
    assert told.left == {("a", A), ("c", B)}


def test_a_place_that_nobody_takes_is_empty() -> None:
    told = standing(CELLS, TEAMS, [(happened(ChangeKind.LEAVE, A), after(Seated(A, 0, None)))])
    assert told.teams[A] == {1: ("b", "continuity")}


def test_the_next_change_sees_what_the_last_one_left() -> None:
    first = (happened(ChangeKind.REPLACE_INSPECTOR, A), after(Seated(A, 0, "e")))
    second = (happened(ChangeKind.REPLACE_INSPECTOR, A, 0, "e"), after(Seated(A, 0, "f")))
    told = standing(CELLS, TEAMS, [first, second])
    assert told.teams[A][0] == ("f", "substitute")
    assert told.left == {("a", A), ("e", A)}


def test_a_replaced_object_is_gone_and_its_tickets_come_in() -> None:
    tickets = (TicketIn(1, 3, C), TicketIn(2, 2, A))
    places = (Seated(A, 0, "a"), Seated(A, 1, "b"), Seated(A, 2, "c"), Seated(C, 0, "c"), Seated(C, 1, "x"))
    done = after(*places, tickets=tickets)
    told = standing(CELLS, TEAMS, [(happened(ChangeKind.REPLACE_OBJECT, B, None, None), done)])
    assert told.cells == {A: {1: 1, 2: 2}, C: {1: 3}}
    assert told.gone == {B}
    assert told.came_in == list(tickets)
    assert told.teams[A] == {0: ("a", "lot"), 1: ("b", "continuity"), 2: ("c", "substitute")}
    assert B not in told.teams


def test_what_was_drawn_is_not_touched() -> None:
    standing(CELLS, TEAMS, [(happened(ChangeKind.LEAVE, A), after(Seated(A, 0, None)))])
    assert TEAMS[A][0] == ("a", "lot")


def test_an_outcome_is_read_as_it_was_written() -> None:
    facts = Facts(frozenset({A, B}), frozenset({"x"}), frozenset({("y", A)}))
    told = Outcome(facts, (Seated(A, 1, None),), (TicketIn(1, 3, C),))
    assert read_outcome(told.text(b"b" * 16)) == told
    assert told.text(b"b" * 16) != told.text(b"c" * 16)
