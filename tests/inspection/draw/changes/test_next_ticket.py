"""Which object comes in is settled by the draw itself: the next ticket, and nobody chooses."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.changes.event import TicketIn
from inspection.draw.changes.next_ticket import CellPlace, next_tickets
from tests.inspection.draw.changes.tables import value

# Two cells of one stratum, one of another stratum, one of another task.
CELLS = {
    1: CellPlace(1, 0, 0, 2),
    2: CellPlace(2, 0, 0, 1),
    3: CellPlace(3, 0, 1, 1),
    4: CellPlace(4, 1, 0, 1),
}
ORDERS = {n: [value(10 * n + k) for k in range(4)] for n in CELLS}


def order(cell: int) -> Sequence[bytes]:
    return ORDERS[cell]


def test_the_next_rank_of_the_same_cell_comes_in() -> None:
    assert next_tickets([1], CELLS, order, [], {value(10)}, onward=True) == (TicketIn(1, 3, value(12)),)


def test_what_came_in_before_is_behind() -> None:
    before = [TicketIn(1, 3, value(12))]
    assert next_tickets([1], CELLS, order, before, {value(10)}, onward=True) == (TicketIn(1, 4, value(13)),)


def test_a_ticket_that_was_replaced_is_passed_over() -> None:
    assert next_tickets([1], CELLS, order, [], {value(10), value(12)}, onward=True) == (TicketIn(1, 4, value(13)),)


def test_an_exhausted_cell_hands_over_to_the_next_one_of_its_stratum() -> None:
    before = [TicketIn(1, 4, value(13))]
    assert next_tickets([1], CELLS, order, before, (), onward=True) == (TicketIn(2, 2, value(21)),)
    assert next_tickets([1], CELLS, order, before, (), onward=False) == ()


def test_the_last_cell_hands_over_to_the_first() -> None:
    before = [TicketIn(2, 4, value(23))]
    assert next_tickets([2], CELLS, order, before, (), onward=True) == (TicketIn(1, 3, value(12)),)


def test_no_other_stratum_and_no_other_task_helps_out() -> None:
    before = [TicketIn(3, 4, value(33))]
    assert next_tickets([3], CELLS, order, before, (), onward=True) == ()


def test_a_door_of_two_tasks_is_followed_in_both() -> None:
    told = next_tickets([4, 1], CELLS, order, [], (), onward=True)
    assert told == (TicketIn(1, 3, value(12)), TicketIn(4, 2, value(41)))


@given(gone=st.sets(st.sampled_from([v for told in ORDERS.values() for v in told])), times=st.integers(1, 12))
def test_no_ticket_comes_in_twice_or_from_among_the_drawn(gone: set[bytes], times: int) -> None:
    came: list[TicketIn] = []
    for _ in range(times):
        came += next_tickets([1], CELLS, order, came, gone, onward=True)
    assert len({ticket.value for ticket in came}) == len(came)
    assert not {ticket.value for ticket in came} & gone
    assert all(ticket.rank > CELLS[ticket.cell].quota for ticket in came)
